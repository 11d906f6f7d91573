{{- /*
Traits of the first releases that are gone: what means the same today, or why nothing does. A trait of
that name among .Values.traits goes first. Each gets (dict state at value service name parameters traits
properties).
Ref: https://github.com/kubevela/kubevela/tree/v0.3.4/hack/vela-templates/definitions
*/ -}}
{{- define "old.autoscale" }}
  {{- if not (kindIs "map" .value) }}
    {{- include "problem" (list .state .at "must be a mapping with min, max and cpuPercent") }}
  {{- else }}
    {{- $properties := dict }}
    {{- range $key, $value := .value }}
      {{- $today := get (dict "min" "min" "max" "max" "cpuPercent" "cpuUtil") $key }}
      {{- $field := include "pointer" (list $.at $key) }}
      {{- if not $today }}
        {{- include "problem" (list $.state $field "has no equivalent in the trait cpuscaler, which scales by CPU alone; use the trait hpa") }}
      {{- else if not (kindIs "float64" $value) }}
        {{- include "problem" (list $.state $field "must be a number") }}
      {{- else }}
        {{- $_ := set $properties $today $value }}
      {{- end }}
    {{- end }}
    {{- include "old.put" (dict "old" . "trait" "cpuscaler" "properties" $properties) }}
  {{- end }}
{{- end }}

{{- define "old.metrics" }}
  {{- include "problem" (list .state .at "there is no such trait any more; set the annotations that your Prometheus looks for with the trait annotations") }}
{{- end }}

{{- define "old.rollout" }}
  {{- include "problem" (list .state .at "there is no such trait any more; use the component type cloneset and its partition") }}
{{- end }}

{{- define "old.route" }}
  {{- if not (kindIs "map" .value) }}
    {{- include "problem" (list .state .at "must be a mapping with a domain") }}
  {{- else }}
    {{- $http := dict }}
    {{- $rewrites := dict }}
    {{- $rules := .value.rules | default (list (dict "path" "/")) }}
    {{- range $key, $value := .value }}
      {{- if not (has $key (list "domain" "rules")) }}
        {{- include "problem" (list $.state (include "pointer" (list $.at $key)) "has no equivalent that is certain to be the same; use the trait gateway instead of route") }}
      {{- end }}
    {{- end }}
    {{- if not (and .value.domain (kindIs "string" .value.domain)) }}
      {{- include "problem" (list .state (printf "%s/domain" .at) "missing; name the host") }}
    {{- end }}
    {{- if not (kindIs "slice" $rules) }}
      {{- include "problem" (list .state (printf "%s/rules" .at) "must be a list of paths") }}
    {{- else }}
      {{- range $index, $rule := $rules }}
        {{- $at := printf "%s/rules/%d" $.at $index }}
        {{- if not (and (kindIs "map" $rule) (kindIs "string" (get $rule "path")) (hasPrefix "/" (get $rule "path"))) }}
          {{- include "problem" (list $.state $at "needs a path that begins with /") }}
        {{- else if hasKey $http $rule.path }}
          {{- include "problem" (list $.state $at (printf "the path %s stands twice" $rule.path)) }}
        {{- else if omit $rule "path" "rewriteTarget" }}
          {{- include "problem" (list $.state $at "has no equivalent beyond path and rewriteTarget; use the trait gateway instead of route") }}
        {{- else }}
          {{- $_ := set $http $rule.path $.service.port }}
          {{- $_ = set $rewrites (get $rule "rewriteTarget" | toString) true }}
        {{- end }}
      {{- end }}
    {{- end }}
    {{- if not (kindIs "float64" .service.port) }}
      {{- include "problem" (list .state .at "needs `port`, a number, beside it") }}
    {{- end }}
    {{- if or (not (has "exposeType" .parameters)) (hasKey .service "ports") }}
      {{- include "problem" (list .state .at "only for a service with `port` and of a type that can expose it; use the trait gateway instead of route") }}
    {{- end }}
    {{- if gt (len $rewrites) 1 }}
      {{- include "problem" (list .state (printf "%s/rules" .at) "different values of rewriteTarget; an Ingress has one. Use the trait gateway once per value") }}
    {{- end }}
    {{- $properties := dict "domain" .value.domain "http" $http "class" "nginx" "classInSpec" true "existingServiceName" .name }}
    {{- range $target, $_ := $rewrites }}
      {{- if $target }}
        {{- $_ := set $properties "annotations" (dict "nginx.ingress.kubernetes.io/rewrite-target" $target) }}
      {{- end }}
    {{- end }}
    {{- include "old.put" (dict "old" . "trait" "gateway" "properties" $properties) }}
    {{- /* The trait made the Service as well. Today's makes an invalid one for two paths to one port. */}}
    {{- $_ := unset .properties "port" }}
    {{- $_ = set .properties "ports" (list (dict "port" .service.port "expose" true)) }}
  {{- end }}
{{- end }}

{{- define "old.put" }}
  {{- if hasKey .old.service .trait }}
    {{- include "problem" (list .old.state .old.at (printf "stands for the trait %s, which is there as well; keep one" .trait)) }}
  {{- else if not (has .trait (concat .old.state.values.traits .old.state.values.moreTraits)) }}
    {{- include "problem" (list .old.state .old.at (printf "stands for the trait %s, which this platform does not allow" .trait)) }}
  {{- else }}
    {{- $_ := set .old.traits .trait .properties }}
  {{- end }}
{{- end }}
