# Let the application have the image: in what the stack owns only that, else in an application of ours.
parameters_are_allowed
image=$DOCKER_REPO:$tag

# What sets the image, as arguments.
case $SETTER in
  helm) set -- --helm-set-string="$HELM_REPOSITORY=$DOCKER_REPO" --helm-set-string="$HELM_TAG=$tag" ;;
  kustomize) set -- --kustomize-image="$image" ;;
esac

case $OWNER in
  stack)
    argo app set "$@" -- "$APP_NAME" ||
      give_up "the image was not set" "see the message above"
    ;;
  pipeline)
    if [ "$SETTER" = helm ]; then set -- --helm-set-string="$HELM_NAMESPACE=$APP_NS" "$@"; fi
    argo app create --upsert --project="$PROJECT" --repo="$GIT_REPOSITORY_URL" \
      --path="$MANIFEST_PATH" --revision="$BRANCH" \
      --dest-server="$K8S_SERVER" --dest-namespace="$APP_NS" "$@" -- "$APP_NAME" ||
      give_up "the application was not set up" "see the message above; project $PROJECT must allow repository and destination"
    ;;
esac
printf '%s' "$image" >"$RESULT_IMAGE"
echo "$APP_NAME is to have $image"
