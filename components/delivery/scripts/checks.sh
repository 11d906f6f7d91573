# What every step begins with: the checks of parameters. A step of Tekton is one script, so each is this
# file and its own, joined; the shell's name is put before them.
#
# Parameters come as environment variables and are never part of a script's text. What may be an
# access token is a file: kubelet replaces $(NAME) in the value of one variable by another one, so a
# branch of that name would carry a secret along if secrets were variables.
set -eu
LC_ALL=C
export LC_ALL
refused=0

# one_of NAME VALUE LENGTH ALLOWED EXPRESSION...: refuse a value that no expression matches.
one_of() {
  name=$1 value=$2 length=$3 allowed=$4
  shift 4
  if [ "${#value}" -le "$length" ]; then
    case $value in
      # Expressions are matched line by line, so first of all there must be no more than one.
      '' | *[![:print:]]*) ;;
      *)
        for expression in "$@"; do
          if printf '%s\n' "$value" | grep -Eqx -e "$expression"; then return 0; fi
        done
        ;;
    esac
  fi
  refuse "$name" "$value" "$allowed"
}

# refuse NAME VALUE ALLOWED: say so; what is shown of the value cannot break the log.
refuse() {
  shown=$(printf '%.64s' "$2" | tr -c '[:print:]' '?')
  printf 'parameter %s: "%s" is refused; allowed: %s\n' "$1" "$shown" "$3" >&2
  refused=1
}

# branch_and_hash NAME HASH LENGTH ALLOWED EXPRESSION...: refuse BRANCH, or a hash that no expression matches.
branch_and_hash() {
  one_of branch "$BRANCH" 100 \
    "a branch of letters, digits, dots, dashes, underscores and single slashes, 100 characters" \
    '[A-Za-z0-9_][-._A-Za-z0-9]*(/[A-Za-z0-9_][-._A-Za-z0-9]*)*'
  one_of "$@"
}

# make_tag HASH: set $tag, of the branch and the beginning of a commit's hash.
make_tag() {
  # A branch may have slashes, a tag may not.
  tag=$(printf '%s' "$BRANCH" | tr / -)-$1
  [ "${#tag}" -le 128 ] || refuse "branch and short_sha" "$tag" "a tag of 128 characters in all"
}

# all_are_allowed: end with status 2 if anything was refused.
all_are_allowed() {
  [ "$refused" -eq 0 ] || exit 2
}
