# Let the cluster have what the application says.
parameters_are_allowed

set -- --timeout="$TIMEOUT_SECONDS"
# The revision of an application of the stack is the stack's.
if [ "$OWNER" = pipeline ]; then set -- "$@" --revision="$BRANCH"; fi

# Whoever else syncs it at this moment, Argo CD itself among them, is waited for: the state that both
# want is the same.
for attempt in 1 2 3; do
  if argo app sync "$@" -- "$APP_NAME"; then exit 0; fi
  grep -q 'another operation is already in progress' "$said" || break
  echo "another sync is under way; attempt $attempt of 3" >&2
  argo app wait --operation --timeout="$TIMEOUT_SECONDS" -- "$APP_NAME" >&2 || break
done
give_up "the sync failed" "the table above has the object and the reason; after a change in Git or in the project run the pipeline again"
