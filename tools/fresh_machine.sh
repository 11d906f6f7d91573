#!/usr/bin/env bash
# The README's two commands as on a machine that has never seen this project: a fresh clone, an empty
# home, no caches, and no variable but those that a network needs. Prints how long each took.
#
#   tools/fresh_machine.sh ["make up" "make test" ...]
#
# It runs what is committed. Exit code: 0 all of them ended well, 1 one did not, 130 interrupted. What
# it made is removed; with KEEP=1 it stays, and only the sandboxes are stopped.
set -euo pipefail

checkout=$(git -C "$(dirname "$0")" rev-parse --show-toplevel)
# The interpreter itself: what stands for it on PATH may look into the home folder.
python=$("${PYTHON:-python3}" -c 'import sys; print(sys.executable)')
machine=$(mktemp -d "${TMPDIR:-/tmp}/fresh-machine.XXXXXX")
clone=$machine/work/gitops-bootstrap
mkdir -p "$machine"/{home,tmp,work}
# What a network needs, by name: proxies, certificates, the indexes of pip and Go.
network=(http_proxy https_proxy no_proxy all_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY
  SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE PIP_CERT PIP_INDEX_URL
  PIP_EXTRA_INDEX_URL PIP_FIND_LINKS PIP_TRUSTED_HOST GOPROXY GOSUMDB GONOSUMDB GOPRIVATE
  TOOLS_MIRROR)
given=(HOME="$machine/home" TMPDIR="$machine/tmp" PATH="$PATH" PYTHON="$python" LANG=C.UTF-8)
for name in "${network[@]}"; do
  [ -z "${!name-}" ] || given+=("$name=${!name}")
done

there() { (cd "$clone" && env -i "${given[@]}" bash -c "$1"); }

remove() {
  if [ -n "${KEEP-}" ]; then
    there "make --silent sandbox-stop live-stop" || true
    echo "kept: $machine"
    return
  fi
  there "make --silent clean" || true
  chmod -R u+w "$machine" && rm -rf "$machine"
}
trap remove EXIT
trap 'exit 130' INT # or the next command would start where this one has handled it

git clone --quiet "$checkout" "$clone"
# Upstream artifacts, where they lie beside the checkout; else they come from their addresses.
[ ! -d "$checkout/../shared" ] || ln -s "$(realpath "$checkout/../shared")" "$machine/work/shared"

code=0
report=
[ $# -gt 0 ] || set -- "make up" "make test"
TIMEFORMAT='%0R s, %0U + %0S s of CPU'
for command in "$@"; do
  echo "== $command"
  ended="ended well"
  { time there "$command" 2>&3 || ended=failed; } 3>&2 2>"$machine/time" || true
  [ "$ended" != failed ] || code=1
  report+="$command: $ended after $(cat "$machine/time")"$'\n'
done
echo "== a fresh machine, $(nproc) processors, load $(cut -d' ' -f1 /proc/loadavg 2>/dev/null)"
printf '%s' "$report"
du -sh "$machine"/home/.cache/* "$clone/.venv" 2>/dev/null | sed "s#$machine/##" || true
exit $code
