# What the steps of a delivery share, behind checks.sh.

# parameters_are_allowed: end with status 2 unless each one looks like what it stands for.
parameters_are_allowed() {
  one_of gitrepositoryurl "$GIT_REPOSITORY_URL" 512 \
    "an address of a Git repository: https://HOST/PATH, ssh://USER@HOST/PATH or USER@HOST:PATH" \
    '(https?|ssh)://([-._A-Za-z0-9]+@)?[A-Za-z0-9][-.A-Za-z0-9]*(:[0-9]+)?/[-._~%+A-Za-z0-9/]+' \
    '[A-Za-z0-9][-._A-Za-z0-9]*@[A-Za-z0-9][-.A-Za-z0-9]*:[-._~A-Za-z0-9/]+'
  branch_and_hash short_sha "$SHORT_SHA" 64 "the beginning of a commit's hash: 7 to 64 of 0-9a-f" \
    '[0-9a-f]{7,64}'
  one_of docker_repo "$DOCKER_REPO" 255 "an image without a tag: HOST/PATH or PATH, in small letters" \
    '([A-Za-z0-9]([-.A-Za-z0-9]*[A-Za-z0-9])?(:[0-9]{1,5})?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*'
  one_of app_name "$APP_NAME" 63 "$APPLICATION, which this task delivers" "$APPLICATION"
  one_of app_ns "$APP_NS" 63 "the name of a namespace" '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
  one_of k8s_server "$K8S_SERVER" 255 "the address of a cluster's API server: https://HOST[:PORT]" \
    'https://[A-Za-z0-9][-.A-Za-z0-9]*(:[0-9]{1,5})?(/[-._A-Za-z0-9/]*)?'
  make_tag "$SHORT_SHA"
  all_are_allowed
}

# argo COMMAND...: run Argo CD's command line with the server and the token of this delivery.
# The status is the command's; what it says is also in the file $said.
argo() {
  case $SERVER_TLS in
    verify) if [ -s "$ACCESS/ca.crt" ]; then set -- --server-crt="$ACCESS/ca.crt" "$@"; fi ;;
    skip) set -- --insecure "$@" ;;
    plaintext) set -- --plaintext "$@" ;;
  esac
  status=0
  ARGOCD_SERVER=$(cat "$ACCESS/ARGOCD_SERVER") ARGOCD_AUTH_TOKEN=$(cat "$ACCESS/ARGOCD_AUTH_TOKEN") \
    argocd "$@" 2>"$said" || status=$?
  cat "$said" >&2
  return "$status"
}

# give_up WHAT FIX: end with status 1 and the most likely reason; FIX is for what only the step knows.
give_up() {
  if grep -Eq 'x509|certificate' "$said"; then
    fix="the server's certificate is not trusted. Set delivery.server.ca to the certificate that it shows, and run \`make up\`"
  elif grep -Eq 'Unauthenticated|invalid session' "$said"; then
    fix="the token is not accepted: it was revoked, has ended or is another server's. Raise credentials.ci.rotation (or renew the value of delivery.server.tokenFrom) and run \`make up\`; the next run has the new one"
  elif grep -Eq 'PermissionDenied|permission denied' "$said"; then
    fix="the account may not do this, or there is no such application. See argoCd.access.ci (it needs manage: true) and argoCd.projects; applications are in project $PROJECT"
  elif grep -Eq 'no such host|connection refused|i/o timeout|Unavailable|context deadline|no route' "$said"; then
    fix="the server does not answer at $(cat "$ACCESS/ARGOCD_SERVER"). See \`kubectl get pods --all-namespaces --selector app.kubernetes.io/name=argocd-server\` and delivery.server"
  else
    fix=$2
  fi
  printf '\ndelivery of %s stopped: %s\n%s\n' "$APP_NAME" "$1" "$fix" >&2
  exit 1
}

scratch=$(mktemp -d)
said=$scratch/said
trap 'rm -rf "$scratch"' EXIT
