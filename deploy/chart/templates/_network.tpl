{{/* Rules of NetworkPolicies: .needs are names of networkPolicy.peers. Names are always looked up. */}}
{{- define "fanfare.egress" -}}
{{- $policy := .root.Values.networkPolicy }}
- to:
    {{- toYaml $policy.dns | nindent 4 }}
  ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
{{- range .needs }}
{{- $peer := get $policy.peers . }}
{{- if not $peer }}
{{- fail (printf "a process needs %s, which is none of networkPolicy.peers" .) }}
{{- end }}
- ports:
    {{- range $peer.ports }}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
  {{- with $peer.to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}
{{- end -}}
