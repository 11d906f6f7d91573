{{- /* One service: (dict state name service component); fills the component. */ -}}
{{- define "service" }}
  {{- $at := include "pointer" (list "/services" .name) }}
  {{- $values := .state.values }}
  {{- $all_traits := concat $values.traits $values.moreTraits }}
  {{- $service := .service }}
  {{- include "name" (list .state $at .name) }}
  {{- if not (kindIs "map" $service) }}
    {{- include "problem" (list .state $at "is no mapping; a service has keys such as `image`") }}
  {{- else }}
    {{- $type := "webservice" }}
    {{- if hasKey $service "type" }}
      {{- $type = $service.type }}
    {{- end }}
    {{- if not (kindIs "string" $type) }}
      {{- include "problem" (list .state (printf "%s/type" $at) "is no text; it must be the name of a component type") }}
    {{- else if not (hasKey $values.components $type) }}
      {{- include "problem" (list .state (printf "%s/type" $at) (printf "%q is not known; allowed: %s%s" $type (keys $values.components | sortAlpha | join ", ") (include "near" (list .state $type (keys $values.components))))) }}
    {{- else }}
      {{- $_ := set .component "type" $type }}
      {{- $parameters := get $values.components $type }}
      {{- $properties := dict }}
      {{- $traits := dict }}
      {{- range $key, $value := $service }}
        {{- $field := include "pointer" (list $at $key) }}
        {{- $is_parameter := or (has "*" $parameters) (has $key $parameters) }}
        {{- if has $key (list "type" "dependsOn") }}
        {{- else if eq $key "build" }}
          {{- include "problem" (list $.state $field "nothing is built while manifests are made: there is no container runtime here, and Git would not say which image runs. Build it in the pipeline and put its name in `image`") }}
        {{- else if eq $key "config" }}
          {{- include "problem" (list $.state $field "not carried over; name the Secret or ConfigMap in `env`") }}
        {{- else if kindIs "invalid" $value }}
          {{- include "problem" (list $.state $field "has no value; give it one, or leave it out") }}
        {{- else if and (has $key $all_traits) (kindIs "map" $value) }}
          {{- $_ := set $traits $key $value }}
        {{- else if $is_parameter }}
          {{- $_ := set $properties $key $value }}
        {{- else if has $key $all_traits }}
          {{- include "problem" (list $.state $field "the properties of a trait are a mapping") }}
        {{- else if has $key (list "autoscale" "metrics" "rollout" "route") }}
          {{- include (printf "old.%s" $key) (dict "state" $.state "at" $field "value" $value "service" $service "name" $.name "parameters" $parameters "traits" $traits "properties" $properties) }}
        {{- else }}
          {{- $near := include "near" (list $.state $key (concat $parameters $all_traits)) }}
          {{- $known := printf "; its parameters: %s; traits: %s" (join ", " $parameters) (join ", " $all_traits) }}
          {{- include "problem" (list $.state $field (printf "is neither a trait nor a parameter of %s%s" $type ($near | default $known))) }}
        {{- end }}
      {{- end }}
      {{- if and (has "image" $parameters) (not (hasKey $service "image")) (not (hasKey $service "build")) }}
        {{- include "problem" (list .state (printf "%s/image" $at) "missing; name the image to run") }}
      {{- end }}
      {{- if $properties }}
        {{- $_ := set .component "properties" $properties }}
      {{- end }}
      {{- $sorted := list }}
      {{- range $trait, $value := $traits }}
        {{- $sorted = append $sorted (dict "type" $trait "properties" $value) }}
      {{- end }}
      {{- if $sorted }}
        {{- $_ := set .component "traits" $sorted }}
      {{- end }}
    {{- end }}
    {{- if hasKey $service "dependsOn" }}
      {{- include "service.depends" (dict "state" .state "at" (printf "%s/dependsOn" $at) "name" .name "value" $service.dependsOn "component" .component) }}
    {{- end }}
  {{- end }}
{{- end }}

{{- define "service.depends" }}
  {{- $names := ternary (list .value) .value (kindIs "string" .value) }}
  {{- if not (kindIs "slice" $names) }}
    {{- include "problem" (list .state .at "must be the name of a service, or a list of names") }}
  {{- else }}
    {{- range $index, $name := $names }}
      {{- $at := ternary (printf "%s/%d" $.at $index) $.at (kindIs "slice" $.value) }}
      {{- if not (kindIs "string" $name) }}
        {{- include "problem" (list $.state $at "is no text; it must be the name of a service") }}
      {{- else if not (hasKey $.state.document.services $name) }}
        {{- include "problem" (list $.state $at (printf "%q is no service of this file; there are: %s" $name (keys $.state.document.services | sortAlpha | join ", "))) }}
      {{- end }}
    {{- end }}
    {{- if not .state.problems }}
      {{- $_ := set .component "dependsOn" ($names | uniq | sortAlpha) }}
    {{- end }}
  {{- end }}
{{- end }}
