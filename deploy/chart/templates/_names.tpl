{{/* Names and labels. Helpers below take (dict "root" $ "name" SERVICE "service" VALUES), and of a process
     "component" and "process" beside. */}}

{{- define "fanfare.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 26 | trimSuffix "-" -}}
{{- end -}}

{{/* Short enough for the names of CronJobs, which have 52 characters. */}}
{{- define "fanfare.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 26 | trimSuffix "-" -}}
{{- else if contains (include "fanfare.name" .) .Release.Name -}}
{{- .Release.Name | trunc 26 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "fanfare.name" .) | trunc 26 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* A service's own process bears its name; every other one adds its own. */}}
{{- define "fanfare.component" -}}
{{- if eq .process "service" }}{{ .name }}{{ else }}{{ .name }}-{{ .process }}{{ end -}}
{{- end -}}

{{- define "fanfare.selector" -}}
app.kubernetes.io/name: {{ include "fanfare.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{- define "fanfare.labels" -}}
{{ include "fanfare.selector" . }}
app.kubernetes.io/part-of: fanfare
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- with .root.Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* What a pod bears: nothing that changes with the version of the chart alone. */}}
{{- define "fanfare.podLabels" -}}
{{ include "fanfare.selector" . }}
app.kubernetes.io/part-of: fanfare
{{- with .root.Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "fanfare.serviceAccount" -}}
{{ include "fanfare.fullname" .root }}-{{ .name }}
{{- end -}}

{{- define "fanfare.image" -}}
{{- $image := .service.image -}}
{{- $tag := coalesce $image.tag .root.Values.image.tag .root.Chart.AppVersion -}}
{{- with .root.Values.image.registry }}{{ trimSuffix "/" . }}/{{ end -}}
{{ $image.repository }}:{{ $tag }}{{ with $image.digest }}@{{ . }}{{ end }}
{{- end -}}

{{/* A process as its defaults complete it, as JSON. */}}
{{- define "fanfare.process" -}}
{{- mustMergeOverwrite (deepCopy .root.Values.defaults) (deepCopy .own) | toJson -}}
{{- end -}}

{{/* Whether the files of a service are on a volume. */}}
{{- define "fanfare.hasVolume" -}}
{{- if and .service.files (not .service.files.url) }}yes{{ end -}}
{{- end -}}

{{- define "fanfare.claim" -}}
{{- default (printf "%s-%s-files" (include "fanfare.fullname" .root) .name) .service.files.claim.existing -}}
{{- end -}}

{{/* The settings of a service that are no secrets, as JSON: the narrower ones win. */}}
{{- define "fanfare.settings" -}}
{{- $settings := dict -}}
{{- with .root.Values.ingress -}}
{{- if .enabled -}}
{{- $_ := set $settings "FANFARE_PUBLIC_URL" (printf "%s://%s" (ternary "https" "http" (not (empty .tls))) .host) -}}
{{- end -}}
{{- end -}}
{{- if .root.Values.jwks.configMap -}}
{{- $_ := set $settings "FANFARE_OIDC_JWKS" "/etc/fanfare/jwks/jwks.json" -}}
{{- end -}}
{{- if .service.files -}}
{{- $_ := set $settings "FANFARE_FILES_URL" (default "file:///files" .service.files.url) -}}
{{- end -}}
{{- mustMergeOverwrite $settings (deepCopy .root.Values.settings) (deepCopy .service.settings) | toJson -}}
{{- end -}}
