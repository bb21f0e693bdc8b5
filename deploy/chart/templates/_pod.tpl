{{/* What every pod is made of, whether of a Deployment, a migration or a job. */}}

{{- define "fanfare.everyPod" -}}
automountServiceAccountToken: false
# Links would come as FANFARE_<SERVICE>_…, which is how settings are named.
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "fanfare.everyContainer" -}}
image: {{ include "fanfare.image" . }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  capabilities: {drop: [ALL]}
  seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{/* Secrets are files: the environment of a process is read by too many. */}}
{{- define "fanfare.secretSettings" -}}
{{- range .service.secret.settings }}
- name: {{ . }}_FILE
  value: /etc/fanfare/secret/{{ . }}
{{- end }}
{{- end -}}

{{- define "fanfare.volumeMounts" -}}
- name: secret
  mountPath: /etc/fanfare/secret
  readOnly: true
- name: tmp
  mountPath: /tmp
{{- if .root.Values.jwks.configMap }}
- name: jwks
  mountPath: /etc/fanfare/jwks
  readOnly: true
{{- end }}
{{- if and (has "files" .needs) (include "fanfare.hasVolume" .) }}
- name: files
  mountPath: /files
{{- end }}
{{- end -}}

{{- define "fanfare.volumes" -}}
- name: secret
  secret:
    secretName: {{ default (printf "%s-%s" (include "fanfare.fullname" .root) .name) .service.secret.name }}
    defaultMode: 0440
    items:
      {{- range .service.secret.settings }}
      - {key: {{ . }}, path: {{ . }}}
      {{- end }}
- name: tmp
  emptyDir:
    sizeLimit: {{ .tmpSize }}
{{- if .root.Values.jwks.configMap }}
- name: jwks
  configMap:
    name: {{ .root.Values.jwks.configMap }}
    items:
      - {key: {{ .root.Values.jwks.key | quote }}, path: jwks.json}
{{- end }}
{{- if and (has "files" .needs) (include "fanfare.hasVolume" .) }}
- name: files
  persistentVolumeClaim:
    claimName: {{ include "fanfare.claim" . }}
{{- end }}
{{- end -}}

{{/* The pod of one run of a command: .args, .needs, .resources, .deadline. Its settings stand in it, since a
     hook comes before the ConfigMap. */}}
{{- define "fanfare.runOnce" -}}
metadata:
  labels:
    {{- include "fanfare.podLabels" . | nindent 4 }}
spec:
  restartPolicy: Never
  serviceAccountName: {{ .account }}
  {{- include "fanfare.everyPod" . | nindent 2 }}
  containers:
    - name: fanfare
      {{- include "fanfare.everyContainer" . | nindent 6 }}
      args: {{ toJson .args }}
      env:
        {{- range $name, $value := include "fanfare.settings" . | fromJson }}
        - name: {{ $name }}
          value: {{ $value | quote }}
        {{- end }}
        {{- include "fanfare.secretSettings" . | trim | nindent 8 }}
      resources:
        {{- toYaml .resources | nindent 8 }}
      volumeMounts:
        {{- include "fanfare.volumeMounts" . | nindent 8 }}
  volumes:
    {{- include "fanfare.volumes" . | nindent 4 }}
{{- end -}}
