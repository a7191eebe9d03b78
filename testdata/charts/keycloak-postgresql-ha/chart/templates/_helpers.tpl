{{- define "keycloak.name" -}}
{{- .Release.Name | trunc 30 | trimSuffix "-" -}}
{{- end -}}

{{- define "keycloak.selectorLabels" -}}
app.kubernetes.io/name: keycloak
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "keycloak.labels" -}}
{{ include "keycloak.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "keycloak.pgpool" -}}
{{ include "keycloak.name" . }}-postgresql-ha-pgpool
{{- end -}}

{{- define "keycloak.migration" -}}
{{ include "keycloak.name" . }}-migration
{{- end -}}

{{- /* Where the migration's containers find their way. */}}
{{- define "keycloak.migrationEnv" -}}
- name: STATE
  value: {{ include "keycloak.migration" . }}-state
- name: KEYCLOAK
  value: {{ include "keycloak.name" . }}-keycloak
- name: REPLICAS
  value: {{ .Values.keycloak.replicas | quote }}
- name: OLD_DATABASE
  value: {{ .Values.migration.oldDatabase }}
- name: PGUSER
  value: keycloak
- name: PGDATABASE
  value: keycloak
- name: PGPASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .Values.existingSecret }}
      key: password
{{- end -}}

{{- define "keycloak.migrationMounts" -}}
- name: scripts
  mountPath: /scripts
- name: work
  mountPath: /work
- name: backup
  mountPath: /backup
{{- end -}}

{{- define "keycloak.migrationVolumes" -}}
- name: scripts
  configMap:
    name: {{ include "keycloak.migration" . }}-scripts
- name: work
  emptyDir: {}
- name: backup
  persistentVolumeClaim:
    claimName: {{ include "keycloak.migration" . }}-backup
{{- end -}}
