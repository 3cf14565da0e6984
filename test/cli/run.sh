#!/bin/bash
# Runs the program as its user does, one case per line of a file, and prints TAP:
#   run.sh PROGRAM NETWORK CASES
# A case is NAME | EXIT STATUS | OUTPUT | ARGUMENTS, see cases.txt. OUTPUT of a case that works is
# the name of a file in expected/ that standard output must equal byte for byte; of one that fails,
# what the single line on standard error must match, with nothing on standard output.
# With ACCEPT=1 the files in expected/ are written instead: read the difference before you commit it.
set -euo pipefail
# shellcheck source=test/tap.sh
source "$(dirname "$0")/../tap.sh"
program=$(realpath "$1") network=$(realpath "$2") cases=$(realpath "$3")
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$here"

trim() { sed -E 's/^ +| +$//g' <<< "$1"; }

run() {
  status=0
  "$program" "$@" > "$scratch/out" 2> "$scratch/err" < /dev/null || status=$?
}

works() { # FILE: standard output is that of the file, and there are no errors
  if [[ ${ACCEPT-} ]]; then cp "$scratch/out" "expected/$1"; fi
  diff --text --unified --label "expected/$1" --label output "expected/$1" "$scratch/out" || true
  sed 's/^/standard error: /' "$scratch/err"
}

fails() { # REGEX: one line on standard error that matches, and no output
  [[ ! -s $scratch/out ]] || echo "wrote to standard output: $(head -n1 "$scratch/out")"
  local lines
  lines=$(wc -l < "$scratch/err")
  [[ $lines == 1 ]] || echo "wrote $lines lines to standard error"
  grep -qE -- "$1" "$scratch/err" || echo "error '$(< "$scratch/err")' does not match '$1'"
}

while IFS='|' read -r name want output arguments; do
  name=$(trim "$name") want=$(trim "$want") output=$(trim "$output")
  [[ $name && $name != '#'* ]] || continue
  read -ra words <<< "${arguments//NETWORK/$network}"
  run "${words[@]}"
  findings=$(
    [[ $status == "$want" ]] || echo "exit status $status, not $want"
    if [[ $want == 0 ]]; then works "$output"; else fails "$output"; fi
  )
  none "$name" "$findings"
done < "$cases"

done_testing
