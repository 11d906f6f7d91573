{{- /* The Appfile: checks it, and sets .result to the Application that it stands for. */ -}}
{{- define "appfile" }}
  {{- include "agree" . }}
  {{- $_ := set . "sure" (not .problems) }}
  {{- if .sure }}
    {{- include "appfile.top" . }}
  {{- end }}
  {{- $components := list }}
  {{- if and .sure (kindIs "map" .document.services) }}
    {{- range $name, $service := .document.services }}
      {{- $component := dict "name" $name }}
      {{- include "service" (dict "state" $ "name" $name "service" $service "component" $component) }}
      {{- $components = append $components $component }}
      {{- if eq $.values.mode "render" }}
        {{- include "component.render" (dict "state" $ "at" (include "pointer" (list "/services" $name)) "component" $component) }}
      {{- end }}
    {{- end }}
    {{- include "order" (dict "state" . "components" $components) }}
  {{- end }}
  {{- $_ = set . "result" (dict
      "apiVersion" "core.oam.dev/v1beta1"
      "kind" "Application"
      "metadata" (dict "name" .document.name)
      "spec" (dict "components" $components)) }}
{{- end }}

{{- define "appfile.top" }}
  {{- range $key, $_ := .document }}
    {{- if eq $key "secrets" }}
      {{- include "problem" (list $ "/secrets" "not carried over; put a Secret into the cluster and name it in `env`") }}
    {{- else if not (has $key (list "name" "services" "createTime" "updateTime")) }}
      {{- $near := include "near" (list $ $key (list "name" "services" "apiVersion" "kind")) }}
      {{- include "problem" (list $ (include "pointer" (list "" $key)) (printf "unknown; an Appfile holds `name` and `services`, an OAM Application `apiVersion` and `kind`%s" $near)) }}
    {{- end }}
  {{- end }}
  {{- include "name" (list . "/name" .document.name) }}
  {{- if not (kindIs "map" .document.services) }}
    {{- $what := ternary "is no mapping" "missing" (hasKey .document "services") }}
    {{- include "problem" (list . "/services" (printf "%s; it must be a mapping from the name of a service to the service" $what)) }}
  {{- else if not .document.services }}
    {{- include "problem" (list . "/services" "empty; name one service at least") }}
  {{- end }}
{{- end }}

{{- /* (list state pointer value): a name must do for every object that is made from it. */ -}}
{{- define "name" }}
  {{- $value := index . 2 }}
  {{- if kindIs "invalid" $value }}
    {{- include "problem" (list (index . 0) (index . 1) "missing; it must be a name") }}
  {{- else if not (kindIs "string" $value) }}
    {{- include "problem" (list (index . 0) (index . 1) (printf "%v is no text; put it in quotes" $value)) }}
  {{- else if not (and (regexMatch "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$" $value) (le (len $value) 63)) }}
    {{- include "problem" (list (index . 0) (index . 1) (printf "%q is no name; allowed: up to 63 of a-z, 0-9 and -, with a letter or digit first and last" (trunc 80 $value))) }}
  {{- end }}
{{- end }}

{{- /* Refuses services that wait for each other: a round without one that is free ends the search. */ -}}
{{- define "order" }}
  {{- $waiting := .components }}
  {{- range .components }}
    {{- $names := list }}
    {{- range $waiting }}
      {{- $names = append $names .name }}
    {{- end }}
    {{- $still := list }}
    {{- range $waiting }}
      {{- $blocked := false }}
      {{- range .dependsOn }}
        {{- $blocked = or $blocked (has . $names) }}
      {{- end }}
      {{- if $blocked }}
        {{- $still = append $still . }}
      {{- end }}
    {{- end }}
    {{- $waiting = $still }}
  {{- end }}
  {{- range $waiting }}
    {{- include "problem" (list $.state (printf "/services/%s/dependsOn" .name) "waits in a circle, or for one; it could never start") }}
  {{- end }}
{{- end }}
