{{- define "optscale.labels" -}}
app.kubernetes.io/part-of: optscale
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "optscale.image" -}}
{{ .root.Values.registry }}/{{ .image | default .name }}:{{ .root.Chart.AppVersion }}
{{- end -}}

{{- define "optscale.host" -}}
{{ .name }}.{{ .root.Release.Namespace }}.svc.cluster.local
{{- end -}}

{{- /* A service: Deployment, and a Service where it has a port. Arguments: root, name, image, port, command. */}}
{{- define "optscale.service" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .name }}
  labels:
    app: {{ .name }}
    {{- include "optscale.labels" .root | nindent 4 }}
spec:
  replicas: 1
  selector:
    matchLabels:
      app: {{ .name }}
  template:
    metadata:
      labels:
        app: {{ .name }}
        {{- include "optscale.labels" .root | nindent 8 }}
    spec:
      containers:
        - name: {{ .name }}
          image: {{ include "optscale.image" . }}
          envFrom:
            - configMapRef:
                name: optscale-etcd
          {{- with .port }}
          ports:
            - name: http
              containerPort: {{ . }}
          {{- end }}
          resources:
            {{- toYaml .root.Values.resources | nindent 12 }}
{{- if .port }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .name }}
  labels:
    app: {{ .name }}
    {{- include "optscale.labels" .root | nindent 4 }}
spec:
  selector:
    app: {{ .name }}
  ports:
    - name: http
      port: 80
      targetPort: http
{{- end }}
{{- end -}}
