{{- /* Reads the text: sets .document, .lines (pointer -> line) and .aliases ({line, at}). */ -}}
{{- define "read" }}
  {{- $aliases := list }}
  {{- range splitList "\n" .values.nodes }}
    {{- $node := splitn " " 2 . }}
    {{- if hasPrefix "&" (toString $node._1) }}
      {{- $aliases = append $aliases (dict "line" $node._0 "at" (trimPrefix "&" $node._1)) }}
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
      {{- $before := dict "line" 0 "at" "" }}
      {{- range $pointer, $line := .lines }}
        {{- if and (le ($line | int) ($broken | int)) (gt ($line | int) $before.line) }}
          {{- $before = dict "line" ($line | int) "at" $pointer }}
        {{- end }}
      {{- end }}
      {{- $text := printf "cannot be read as YAML from here on: %s" $reason }}
      {{- include "problem.at" (list . $broken $before.at (ne $before.line ($broken | int)) $text) }}
    {{- end }}
  {{- else if not .document }}
    {{- include "problem" (list . "" "the file says nothing; it must be an Appfile (name, services) or an OAM Application") }}
  {{- end }}
{{- end }}

{{- /* Adds a problem, of 50 at most: (list state pointer text). The line is that of the node or what is around it. */ -}}
{{- define "problem" }}
  {{- $line := include "line" (list (index . 0).lines (index . 1)) }}
  {{- include "problem.at" (list (index . 0) $line (index . 1) false (index . 2)) }}
{{- end }}

{{- /* The same: (list state line pointer after text); `after` if the line is not that of the node. */ -}}
{{- define "problem.at" }}
  {{- $state := index . 0 }}
  {{- $field := trimPrefix "/" (index . 2) | replace "/" "." | replace "~1" "/" | replace "~0" "~" }}
  {{- $field = ternary (printf "after %s" $field) $field (index . 3) }}
  {{- $text := ternary (index . 4) (printf "%s: %s" $field (index . 4)) (eq (index . 2) "") }}
  {{- if lt (len $state.problems) 50 }}
    {{- $_ := set $state "problems" (append $state.problems (printf "%09d: %s" (index . 1 | int) $text)) }}
  {{- end }}
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

{{- /*
(list state word words): "; did you mean WORD?" for the first of the words that is one typing error away, or
nothing: a letter that is wrong, too many or missing, two that are swapped, or another case.
*/ -}}
{{- define "near" }}
  {{- $word := index . 1 }}
  {{- if and (lt (len (index . 0).problems) 50) (regexMatch "^[A-Za-z0-9-]{3,40}$" $word) }}
    {{- $forms := list $word (printf "%s." $word) }}
    {{- range $i := until (len $word) }}
      {{- $head := substr 0 $i $word }}
      {{- $letter := substr $i (add1 $i | int) $word }}
      {{- $tail := substr (add1 $i | int) (len $word) $word }}
      {{- $forms = concat $forms (list (printf "%s.?%s" $head $tail) (printf "%s.%s%s" $head $letter $tail)) }}
      {{- if $tail }}
        {{- $forms = append $forms (printf "%s%s%s%s" $head (substr 0 1 $tail) $letter (substr 1 (len $tail) $tail)) }}
      {{- end }}
    {{- end }}
    {{- $pattern := printf "(?i)^(%s)$" (join "|" $forms) }}
    {{- range index . 2 | sortAlpha }}
      {{- if regexMatch $pattern . -}}
        ; did you mean `{{ . }}`?
        {{- break }}
      {{- end }}
    {{- end }}
  {{- end }}
{{- end }}

{{- /*
Refuses what the API server would refuse or drop: (dict state value at schema). The schema is that of a CRD;
what it does not describe may hold anything.
*/ -}}
{{- define "fits" }}
  {{- $kinds := dict "object" "map" "array" "slice" "string" "string" "boolean" "bool" }}
  {{- $wanted := get $kinds .schema.type }}
  {{- if and (kindIs "invalid" .value) .schema.nullable }}
  {{- else if kindIs "invalid" .value }}
    {{- include "problem" (list .state .at "has no value; give it one, or leave it out") }}
  {{- else if not (kindIs $wanted .value) }}
    {{- $texts := dict "object" "a mapping" "array" "a list" "string" "text; put it in quotes" "boolean" "true or false" }}
    {{- include "problem" (list .state .at (printf "must be %s" (get $texts .schema.type))) }}
  {{- else if kindIs "slice" .value }}
    {{- range $index, $item := .value }}
      {{- include "fits" (dict "state" $.state "value" $item "at" (printf "%s/%d" $.at $index) "schema" $.schema.items) }}
    {{- end }}
  {{- else if kindIs "map" .value }}
    {{- $known := .schema.properties | default dict }}
    {{- $others := .schema.additionalProperties }}
    {{- range $key := .schema.required }}
      {{- if not (hasKey $.value $key) }}
        {{- include "problem" (list $.state (printf "%s/%s" $.at $key) "missing") }}
      {{- end }}
    {{- end }}
    {{- range $key, $value := .value }}
      {{- $at := include "pointer" (list $.at $key) }}
      {{- if hasKey $known $key }}
        {{- include "fits" (dict "state" $.state "value" $value "at" $at "schema" (get $known $key)) }}
      {{- else if $others }}
        {{- include "fits" (dict "state" $.state "value" $value "at" $at "schema" $others) }}
      {{- else if and $known (not (get $.schema "x-kubernetes-preserve-unknown-fields")) }}
        {{- $near := include "near" (list $.state $key (keys $known)) }}
        {{- include "problem" (list $.state $at (printf "unknown; allowed: %s%s" (keys $known | sortAlpha | join ", ") $near)) }}
      {{- end }}
    {{- end }}
  {{- end }}
{{- end }}
