{{- /* The OAM Application: it stays as it is; refuses what no application is meant to be. */ -}}
{{- define "application" }}
  {{- $_ := set . "result" (dict "unchanged" true) }}
  {{- $metadata := .document.metadata }}
  {{- $spec := .document.spec }}
  {{- if or (ne (toString .document.apiVersion) "core.oam.dev/v1beta1") (ne (toString .document.kind) "Application") }}
    {{- include "problem" (list . "/kind" (printf "%v of %v; the plugin takes an Application of core.oam.dev/v1beta1, or an Appfile without `apiVersion` and `kind`" (.document.kind | default "no kind") (.document.apiVersion | default "no apiVersion"))) }}
  {{- else }}
    {{- include "fits" (dict "state" . "value" .document "at" "" "schema" .values.application) }}
    {{- if kindIs "map" $metadata }}
      {{- include "name" (list . "/metadata/name" $metadata.name) }}
    {{- end }}
    {{- if kindIs "map" $spec }}
      {{- if eq (toJson $spec.components) "[]" }}
        {{- include "problem" (list . "/spec/components" "empty; KubeVela would delete whatever the application runs") }}
      {{- end }}
    {{- end }}
    {{- if not .problems }}
      {{- include "application.components" (dict "state" . "components" $spec.components) }}
      {{- if eq .values.mode "render" }}
        {{- include "application.render" (dict "state" . "spec" $spec) }}
      {{- end }}
    {{- end }}
  {{- end }}
{{- end }}

{{- define "application.components" }}
  {{- $names := dict }}
  {{- range $index, $component := .components }}
    {{- $at := printf "/spec/components/%d" $index }}
    {{- include "name" (list $.state (printf "%s/name" $at) $component.name) }}
    {{- if not $component.type }}
      {{- include "problem" (list $.state (printf "%s/type" $at) "empty; it must be the name of a component type") }}
    {{- end }}
    {{- if hasKey $names $component.name }}
      {{- include "problem" (list $.state (printf "%s/name" $at) (printf "%s stands twice" $component.name)) }}
    {{- end }}
    {{- $_ := set $names $component.name true }}
  {{- end }}
{{- end }}

{{- /* What only vela-core does, on (dict state spec): refused where nothing but rendering happens. */ -}}
{{- define "application.render" }}
  {{- range $key := list "policies" "workflow" }}
    {{- if get $.spec $key }}
      {{- include "problem" (list $.state (printf "/spec/%s" $key) "needs vela-core; the plugin renders here (mode render), and nothing would carry it out") }}
    {{- end }}
  {{- end }}
  {{- range $index, $component := .spec.components }}
    {{- include "component.render" (dict "state" $.state "at" (printf "/spec/components/%d" $index) "component" $component) }}
  {{- end }}
{{- end }}

{{- define "component.render" }}
  {{- range $key := list "dependsOn" "inputs" "outputs" }}
    {{- if get $.component $key }}
      {{- include "problem" (list $.state (printf "%s/%s" $.at $key) "needs vela-core; the plugin renders here (mode render), and everything is applied at once") }}
    {{- end }}
  {{- end }}
  {{- if eq (toString .component.type) "ref-objects" }}
    {{- include "problem" (list .state (printf "%s/type" .at) "ref-objects reads a cluster or addresses; in mode render nothing is read") }}
  {{- end }}
{{- end }}
