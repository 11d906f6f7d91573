{{- /*
Refuses what Helm and nodes.awk read differently, and what Helm reads without being exact about it: the
result is then what the author sees in the file.
*/ -}}
{{- define "agree" }}
  {{- $found := dict }}
  {{- include "walk" (dict "state" . "value" .document "at" "" "found" $found) }}
  {{- range .aliases }}
    {{- include "problem.at" (list $ .line .at false "anchors, aliases, merges and tags are not understood; write the value out") }}
  {{- end }}
  {{- if not .problems }}
    {{- range $pointer, $line := .lines }}
      {{- if not (hasKey $found $pointer) }}
        {{- include "problem" (list $ $pointer "cannot be read with certainty; write it on lines of its own, and quote what is text") }}
      {{- end }}
    {{- end }}
    {{- range $pointer, $_ := $found }}
      {{- if not (or $.problems (hasKey $.lines $pointer)) }}
        {{- include "problem" (list $ $pointer "cannot be read with certainty; write it on lines of its own, and quote what is text") }}
      {{- end }}
    {{- end }}
  {{- end }}
{{- end }}

{{- define "walk" }}
  {{- if kindIs "map" .value }}
    {{- range $key, $value := .value }}
      {{- $at := include "pointer" (list $.at $key) }}
      {{- $_ := set $.found $at true }}
      {{- include "walk" (dict "state" $.state "value" $value "at" $at "found" $.found) }}
    {{- end }}
  {{- else if kindIs "slice" .value }}
    {{- range $index, $value := .value }}
      {{- $at := include "pointer" (list $.at $index) }}
      {{- $_ := set $.found $at true }}
      {{- include "walk" (dict "state" $.state "value" $value "at" $at "found" $.found) }}
    {{- end }}
  {{- else if kindIs "float64" .value }}
    {{- /* 2^53: from there on JSON's readers round. */}}
    {{- if or (ge .value 9007199254740992.0) (le .value -9007199254740992.0) }}
      {{- include "problem" (list .state .at "a number of this size would be rounded; quote it if it is text") }}
    {{- end }}
  {{- end }}
{{- end }}
