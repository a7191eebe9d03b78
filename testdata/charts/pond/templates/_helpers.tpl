{{/* Annotations of a hook that runs before the release, or none. */}}
{{- define "pond.hook" -}}
{{- if eq . "hook" }}
  annotations:
    helm.sh/hook: pre-install,pre-upgrade
    helm.sh/hook-weight: "-5"
{{- end }}
{{- end }}
