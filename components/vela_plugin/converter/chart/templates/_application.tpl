{{- /* The OAM Application: it stays as it is; refuses what no application is meant to be. */ -}}
{{- define "application" }}
  {{- $_ := set . "result" (dict "unchanged" true) }}
  {{- $metadata := .document.metadata }}
  {{- $spec := .document.spec }}
  {{- if or (ne (toString .document.apiVersion) "core.oam.dev/v1beta1") (ne (toString .document.kind) "Application") }}
    {{- include "problem" (list . "/kind" (printf "%v of %v; the plugin takes an Application of core.oam.dev/v1beta1, or an Appfile without `apiVersion` and `kind`" .document.kind .document.apiVersion)) }}
  {{- else if not (kindIs "map" $metadata) }}
    {{- include "problem" (list . "/metadata" "missing; it must hold the name") }}
  {{- else if not (kindIs "map" $spec) }}
    {{- include "problem" (list . "/spec" "missing; it must hold the components") }}
  {{- else }}
    {{- include "name" (list . "/metadata/name" $metadata.name) }}
    {{- if not (and (kindIs "slice" $spec.components) $spec.components) }}
      {{- include "problem" (list . "/spec/components" "empty; KubeVela would delete whatever the application runs") }}
    {{- else }}
      {{- include "application.components" (dict "state" . "components" $spec.components) }}
    {{- end }}
    {{- if eq .values.mode "render" }}
      {{- include "application.render" (dict "state" . "spec" $spec) }}
    {{- end }}
  {{- end }}
{{- end }}

{{- define "application.components" }}
  {{- $names := dict }}
  {{- range $index, $component := .components }}
    {{- $at := printf "/spec/components/%d" $index }}
    {{- if not (kindIs "map" $component) }}
      {{- include "problem" (list $.state $at "is no mapping; a component has a name and a type") }}
    {{- else }}
      {{- include "name" (list $.state (printf "%s/name" $at) $component.name) }}
      {{- if not (and $component.type (kindIs "string" $component.type)) }}
        {{- include "problem" (list $.state (printf "%s/type" $at) "missing; it must be the name of a component type") }}
      {{- end }}
      {{- if hasKey $names (toString $component.name) }}
        {{- include "problem" (list $.state (printf "%s/name" $at) (printf "%v stands twice" $component.name)) }}
      {{- end }}
      {{- $_ := set $names (toString $component.name) true }}
    {{- end }}
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
    {{- if kindIs "map" $component }}
      {{- include "component.render" (dict "state" $.state "at" (printf "/spec/components/%d" $index) "component" $component) }}
    {{- end }}
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
