# Part of generate.sh, for its mode render: prints what $work/app.yaml stands for.
# shellcheck shell=sh disable=SC2154

: "${VELA_CLI:?}" "${VELA_DEFINITIONS:?}"
[ -n "${ARGOCD_APP_NAMESPACE:-}" ] || refuse "the application names no namespace as its destination"
minor=$(printf '%s\n' "${KUBE_VERSION:-}" | sed -n 's/^v\{0,1\}1\.\([0-9][0-9]*\).*/\1/p')
[ -n "$minor" ] || refuse "KUBE_VERSION says \"${KUBE_VERSION:-}\", which is no version of Kubernetes"

# The definitions ask for the version of the cluster, and offline `vela dry-run` answers 1.0: they
# would render API versions that are gone.
mkdir "$work/definitions"
for definition in "$VELA_DEFINITIONS"/*.yaml; do
    sed "s/context\.clusterVersion\.minor/$minor/g" "$definition" >"$work/definitions/${definition##*/}"
done

# Without a kubeconfig vela ends with nothing on stdout and stderr, even offline. This one leads
# nowhere. Ref: https://github.com/kubevela/kubevela/issues/6731
kubeconfig=${VELA_KUBECONFIG:-$work/nowhere}
cat >"$work/nowhere" <<'END'
apiVersion: v1
kind: Config
clusters: [{name: nowhere, cluster: {server: "https://127.0.0.1:1"}}]
contexts: [{name: nowhere, context: {cluster: nowhere}}]
current-context: nowhere
END

plainly VELA_HOME="$work/vela" KUBECONFIG="$kubeconfig" "$VELA_CLI" dry-run --offline \
    --file "$work/app.yaml" --namespace "$ARGOCD_APP_NAMESPACE" --definition "$work/definitions" \
    >"$work/manifests" 2>"$work/err" || refuse "$file:1: vela dry-run failed: $(cat "$work/err")"
# vela prints its warnings among the manifests, before the first of them.
[ "$(sed -n '/./{p;q;}' "$work/manifests")" = --- ] || refuse "$file:1: vela dry-run said: $(head -n 5 "$work/manifests")"
grep -q '^kind: ' "$work/manifests" || refuse "$file:1: vela dry-run rendered nothing"
cat "$work/manifests"
