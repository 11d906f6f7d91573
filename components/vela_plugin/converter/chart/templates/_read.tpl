{{- /* Reads the text: sets .document, .lines (pointer -> line) and .aliases (lines). */ -}}
{{- define "read" }}
  {{- $aliases := list }}
  {{- range splitList "\n" .values.nodes }}
    {{- $node := splitn " " 2 . }}
    {{- if eq (toString $node._1) "&" }}
      {{- $aliases = append $aliases $node._0 }}
    {{- else if $node._0 }}
      {{- $_ := set $.lines $node._1 $node._0 }}
    {{- end }}
  {{- end }}
  {{- $_ := set . "aliases" $aliases }}
  {{- $_ = set . "document" (fromYaml .values.source) }}
  {{- if and (hasKey .document "Error") (not (hasKey .lines "/Error")) }}
    {{- $reason := regexReplaceAll "^.*(yaml|json): (line [0-9]+: )?" .document.Error "" }}
    {{- if or (hasKey .lines "/0") (not .lines) }}
      {{- include "problem" (list . "" "the file is no mapping; it must be an Appfile (name, services) or an OAM Application") }}
    {{- else }}
      {{- $rows := splitList "\n" .values.source }}
      {{- $broken := 1 }}
      {{- range $n := untilStep (sub (len $rows) 1 | int) 0 -1 }}
        {{- $part := fromYaml (slice $rows 0 $n | join "\n") }}
        {{- if or (not (hasKey $part "Error")) (hasKey $.lines "/Error") }}
          {{- $broken = add $n 1 }}
          {{- break }}
        {{- end }}
      {{- end }}
      {{- $_ = set .lines "" $broken }}
      {{- include "problem" (list . "" (printf "cannot be read as YAML from here on: %s" $reason)) }}
    {{- end }}
  {{- else if not .document }}
    {{- include "problem" (list . "" "the file says nothing; it must be an Appfile (name, services) or an OAM Application") }}
  {{- end }}
{{- end }}

{{- /* Adds a problem: (list state pointer text). The line is that of the node or what is around it. */ -}}
{{- define "problem" }}
  {{- $state := index . 0 }}
  {{- $pointer := index . 1 }}
  {{- $field := trimPrefix "/" $pointer | replace "/" "." | replace "~1" "/" | replace "~0" "~" }}
  {{- $text := ternary (index . 2) (printf "%s: %s" $field (index . 2)) (eq $field "") }}
  {{- $line := include "line" (list $state.lines $pointer) | int }}
  {{- $_ := set $state "problems" (append $state.problems (printf "%09d: %s" $line $text)) }}
{{- end }}

{{- define "line" }}
  {{- $lines := index . 0 }}
  {{- $pointer := index . 1 }}
  {{- if hasKey $lines $pointer }}
    {{- get $lines $pointer }}
  {{- else if $pointer }}
    {{- include "line" (list $lines (regexReplaceAll "/[^/]*$" $pointer "")) }}
  {{- else }}
    {{- 1 }}
  {{- end }}
{{- end }}

{{- define "pointer" }}
  {{- printf "%s/%s" (index . 0) (index . 1 | toString | replace "~" "~0" | replace "/" "~1") }}
{{- end }}
