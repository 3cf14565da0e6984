# shellcheck shell=bash
# Reads cases.txt, for the scripts beside it.

trimmed() { sed -E 's/^ +| +$//g' <<< "$1"; }

# each_case COMMAND CASES: calls COMMAND NAME CAPTURE EXPECTED OPTIONS... for each case.
each_case() {
  local name capture options expected words
  while IFS='|' read -r -u 3 name capture options expected; do
    name=$(trimmed "$name")
    [[ $name && $name != '#'* ]] || continue
    read -ra words <<< "$options"
    "$1" "$name" "$(trimmed "$capture")" "$(trimmed "$expected")" "${words[@]}"
  done 3< "$2"
}
