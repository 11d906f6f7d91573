#!/bin/sh
# The generate command of the plugin: prints the manifests for the Appfile or the OAM Application in
# the current folder. Only manifests go to stdout. Any doubt ends it with a message FILE:LINE: FIELD:
# REASON on stderr and exit 1: empty output with exit 0 would make Argo CD delete everything.
#
# usage: sh generate.sh application|render
#   application  a core.oam.dev Application, which vela-core deploys
#   render       what it stands for, rendered by `vela dry-run` offline
# environment: ARGOCD_ENV_APPFILE (name of the file), ARGOCD_APP_NAMESPACE, KUBE_VERSION;
#   render: VELA_CLI and VELA_DEFINITIONS (paths), VELA_KUBECONFIG (path; optional)
# Beside this file: nodes.awk, chart/, render.sh and values.json (settings of the chart; optional).
# Needs sh, awk, helm 3 or 4 and the usual tools, as in Argo CD's image.
set -eu
umask 077
export LC_ALL=C

readonly MOST_BYTES=262144

refuse() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Runs a program with nothing in its environment that a repository or a user could have put there.
plainly() {
    env -i PATH="$PATH" HOME="$work" LC_ALL=C "$@"
}

# Prints the name of the one file to read.
choose() {
    if [ -n "${ARGOCD_ENV_APPFILE:-}" ]; then
        # A plain name: nothing outside of the application's folder, and nothing that helm takes
        # for an address or a list.
        case $ARGOCD_ENV_APPFILE in
        *[!A-Za-z0-9._-]* | .*) refuse "APPFILE: must be a plain file name in the application's folder" ;;
        esac
        [ -e "$ARGOCD_ENV_APPFILE" ] || refuse "$ARGOCD_ENV_APPFILE: there is no such file; APPFILE names it"
        printf '%s\n' "$ARGOCD_ENV_APPFILE"
        return
    fi
    found=
    for name in vela.yaml vela.yml vela.json Appfile app.yaml application.yaml; do
        if [ -e "$name" ] || [ -L "$name" ]; then
            [ -z "$found" ] || refuse "$found and $name: two files to choose from; remove one, or name one in the plugin's environment variable APPFILE"
            found=$name
        fi
    done
    [ -n "$found" ] || refuse "nothing to deploy in this folder: there is no vela.yaml, vela.yml, vela.json, Appfile, app.yaml or application.yaml; check the path of the application"
    printf '%s\n' "$found"
}

case ${1:-} in
application | render) mode=$1 ;;
*) refuse "usage: generate.sh application|render" ;;
esac
here=$(cd "$(dirname "$0")" && pwd -P)
file=$(choose)

# A link could lead to a file of this container.
if [ -L "$file" ] || [ ! -f "$file" ]; then refuse "$file:1: is no plain file"; fi
[ "$(wc -c <"$file")" -le "$MOST_BYTES" ] || refuse "$file:1: is larger than $MOST_BYTES bytes"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cat <"$file" >"$work/source"

# awk ends a line at a zero byte, so it gets another control character to refuse.
tr '\000' '\001' <"$work/source" | awk -v file="$file" -f "$here/nodes.awk" >"$work/nodes" || exit 1

set -- --set-string "file=$file,mode=$mode" --set-file "source=$work/source,nodes=$work/nodes"
[ ! -e "$here/values.json" ] || set -- --values "$here/values.json" "$@"
plainly helm template appfile "$here/chart" "$@" >"$work/out" 2>"$work/err" ||
    refuse "$file:1: helm failed: $(cat "$work/err")"
if grep -q '^refused: |$' "$work/out"; then
    sed -n 's/^  //p' "$work/out" >&2
    exit 1
fi
[ "$(grep -c '^{' "$work/out")" = 1 ] || refuse "$file:1: the converter gave no result: $(cat "$work/out" "$work/err")"
grep '^{' "$work/out" >"$work/app.yaml"
[ "$(cat "$work/app.yaml")" != '{"unchanged":true}' ] || cp "$work/source" "$work/app.yaml"

if [ "$mode" = render ]; then
    . "$here/render.sh"
else
    cat "$work/app.yaml"
fi
