# Wait until the application is healthy; a roll-out that is held at its partition has come as far as it
# should.
parameters_are_allowed

set -- --operation --health --timeout="$TIMEOUT_SECONDS"
if [ "$PARTITION_HOLD" = suspended ]; then set -- "$@" --suspended; fi
argo app wait "$@" -- "$APP_NAME" ||
  give_up "it is not healthy after $TIMEOUT_SECONDS s" "the table above has the health of each object; \`kubectl --namespace $APP_NS get events\` has the reasons. The image stays set: deliver one that works, or raise delivery.applications.$APP_NAME.timeoutSeconds if it was on its way"

# Once more, for its state: `app get` would need the right to read projects.
argo app wait "$@" --output=json -- "$APP_NAME" >"$scratch/application.json" ||
  give_up "its state cannot be read" "see the message above"
# The command indents by two: a line of text never begins with these blanks and a key of this depth.
field() {
  awk -v part="    \"$1\": {" -v key="      \"$2\": \"" '
    $0 ~ /^    [^ ]/ { inside = ($0 == part) }
    inside && index($0, key) == 1 { rest = substr($0, length(key) + 1); sub(/",?$/, "", rest); print rest; exit }
  ' "$scratch/application.json"
}
revision=$(field sync revision)
health=$(field health status)
printf '%s' "$revision" >"$RESULT_REVISION"
printf '%s' "$health" >"$RESULT_HEALTH"
echo "$APP_NAME is $health at ${revision:-an unknown revision}"
