# Say what is to be built: nothing that was not checked reaches a task of somebody else's.
branch_and_hash commit "$COMMIT" 64 "a commit's whole hash: 40 or 64 of 0-9a-f" \
  '[0-9a-f]{40}' '[0-9a-f]{64}'
short=$(printf "%.${SHA_LENGTH}s" "$COMMIT")
make_tag "$short"
all_are_allowed

printf '%s' "$BRANCH" >"$RESULT_BRANCH"
printf '%s' "$COMMIT" >"$RESULT_COMMIT"
printf '%s' "$short" >"$RESULT_SHORT_SHA"
printf '%s' "$IMAGE:$tag" >"$RESULT_IMAGE"
echo "$IMAGE:$tag is to be built from $COMMIT"
