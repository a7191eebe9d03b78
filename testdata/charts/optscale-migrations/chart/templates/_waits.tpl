{{- /* Containers that wait for a part of the system. */}}
{{- define "optscale.wait.elk" -}}
- name: wait-elk
  image: {{ .Values.waitImages.busybox }}
  command: ['sh', '-c', 'until nc -z {{ include "optscale.host" (dict "root" . "name" "elk") }} 9200 -w 2; do sleep 2; done && until nc -z {{ include "optscale.host" (dict "root" . "name" "elk") }} 12201 -w 2; do sleep 2; done']
{{- end -}}

{{- define "optscale.wait.etcd" -}}
- name: wait-etcd-client
  image: {{ .Values.waitImages.busybox }}
  command: ['sh', '-c', 'until nc -z {{ include "optscale.host" (dict "root" . "name" "etcd-client") }} 2379 -w 2; do sleep 2; done']
{{- end -}}

{{- define "optscale.wait.mariadb" -}}
- name: wait-mariadb
  image: {{ .Values.mariadb.image }}
  command:
    - sh
    - -c
    - until mariadb --connect-timeout=2 --host={{ include "optscale.host" (dict "root" . "name" "mariadb") }} --user=root --password="$MYSQL_ROOT_PASSWORD" --execute="SELECT 1"; do sleep 2; done
  env:
    - name: MYSQL_ROOT_PASSWORD
      valueFrom:
        secretKeyRef:
          name: mariadb-secret
          key: password
{{- end -}}

{{- define "optscale.wait.mongo" -}}
- name: wait-mongo
  image: {{ .Values.mongo.image }}
  command:
    - sh
    - -c
    - |
      until mongosh --quiet --host mongo --eval 'db.adminCommand("ping")'; do
        echo "mongo is not there yet"
        sleep 2
      done
{{- end -}}

{{- define "optscale.wait.clickhouse" -}}
- name: wait-clickhouse
  image: {{ .Values.waitImages.busybox }}
  command: ["sh", "-c", "while ! wget -q -O- http://{{ include "optscale.host" (dict "root" . "name" "clickhouse") }}:8123/ping; do sleep 2; done"]
{{- end -}}

{{- define "optscale.wait.rabbitmq" -}}
- name: wait-rabbitmq
  image: {{ .Values.waitImages.busybox }}
  command: ["sh", "-c"]
  args: ["until nc -z rabbitmq 5672 -w 2; do sleep 2; done"]
{{- end -}}

{{- define "optscale.wait.restapi" -}}
- name: wait-restapi
  image: {{ .Values.waitImages.busybox }}
  command: ['sh', '-c', 'until wget -q --spider http://{{ include "optscale.host" (dict "root" . "name" "restapi") }}/info; do sleep 2; done']
{{- end -}}
