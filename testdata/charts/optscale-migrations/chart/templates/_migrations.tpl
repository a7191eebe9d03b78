{{- /* A migration Job. Arguments: root, name, image, waits (list), command (list), database. */}}
{{- define "optscale.migrations" -}}
apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .name }}-migrations
  labels:
    app: {{ .name }}-migrations
    {{- include "optscale.labels" .root | nindent 4 }}
spec:
  template:
    metadata:
      labels:
        app: {{ .name }}-migrations
        {{- include "optscale.labels" .root | nindent 8 }}
    spec:
      restartPolicy: Never
      initContainers:
        {{- range .waits }}
        {{- include (printf "optscale.wait.%s" .) $.root | nindent 8 }}
        {{- end }}
      containers:
        - name: {{ .name }}-migrations
          image: {{ include "optscale.image" . }}
          command: {{ toJson .command }}
          envFrom:
            - configMapRef:
                name: optscale-etcd
          env:
            # Each service has a database of its own.
            - name: MIGRATION_DATABASE
              value: {{ .database }}
          resources:
            {{- toYaml .root.Values.resources | nindent 12 }}
{{- end -}}
