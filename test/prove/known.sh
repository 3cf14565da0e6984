#!/bin/bash
# What the program says of captures and lab cases where the truth is known, beside that truth: prints the
# table of both, what is said otherwise, then TAP: nothing wrong may be called certain.
#   known.sh PROGRAM PCAPS [LINES_OF_LAB]
# LINES_OF_LAB: the file that the lab tests wrote, see truth_is() in ../lab/lab.sh.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
# shellcheck source=test/tap.sh
source "$here/../tap.sh"
needs gojq
# shellcheck source=test/prove/said.sh
source "$here/said.sh"
program=$(realpath "$1") lab=${3:+$(realpath "$3")} what=captures
command -v gojq > /dev/null || bail "gojq is not installed"
cd "$2"

captures() {
  local file selection truth certain how
  while IFS=$'\t' read -r file selection truth certain how; do
    if [[ $file == \#* ]]; then continue; fi
    [[ $how ]] || bail "known.tsv: $file: a column is missing" >&2
    local arguments=(--json -n --read "$file")
    if [[ $selection != - ]]; then arguments+=("$selection"); fi
    "$program" "${arguments[@]}" 2> /dev/null | said_beside "$file $selection" "$truth" "$certain"
  done < "$here/known.tsv"
}

if [[ $lab ]]; then what="captures and lab cases"; fi
{
  captures
  if [[ $lab ]]; then cat "$lab"; fi
} | awk -v what="$what" -f "$here/table.awk"
