# Tell the listener of the delivery that the image is there. What goes there is data: the listener starts
# a run of the stack's, and this pod has no rights in the cluster. (bash, for its /dev/tcp.)
branch_and_hash short_sha "$SHORT_SHA" 64 "the beginning of a commit's hash: 7 to 64 of 0-9a-f" \
  '[0-9a-f]{7,64}'
make_tag "$SHORT_SHA"
one_of build "$BUILD" 253 "the name of a run" '[a-z0-9]([-.a-z0-9]*[a-z0-9])?'
all_are_allowed

body=$(printf '{"branch":"%s","short_sha":"%s","build":"%s"}' "$BRANCH" "$SHORT_SHA" "$BUILD")
# Through stdin, as a command line can be read by others.
request() {
  printf 'POST / HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n' "$LISTENER_HOST"
  printf 'X-Build-Token: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s' \
    "$(cat "$ACCESS/token")" "${#body}" "$body"
}

# A listener that is not there has done nothing, so asking again does no harm.
for attempt in 1 2 3; do
  # shellcheck disable=SC2016 # the inner shell's own arguments
  answer=$(request | timeout 10 bash -c 'exec 3<>"/dev/tcp/$1/$2"; cat >&3; head -n 1 <&3' ask \
    "$LISTENER_HOST" "$LISTENER_PORT" || true)
  case $answer in
    HTTP/1.?' 202'*)
      echo "asked for the delivery of $tag"
      exit 0
      ;;
  esac
  echo "no listener at $LISTENER_HOST:$LISTENER_PORT: ${answer:-no answer}; attempt $attempt of 3" >&2
  [ "$attempt" -eq 3 ] || sleep "$PAUSE_SECONDS"
done
# shellcheck disable=SC2016 # the backquotes are for the reader
printf '\nthe image is there, and its delivery was not asked for\nSee `kubectl get pods,eventlisteners --namespace %s`; when the listener runs: make deliver APP=%s SHA=%s BRANCH=%s\n' \
  "$DELIVERY_NAMESPACE" "$APPLICATION" "$SHORT_SHA" "$BRANCH" >&2
exit 1
