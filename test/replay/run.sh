#!/bin/bash
# Replays recordings, one case per line of a file, and prints TAP:  run.sh REPLAY CASES
# A case is NAME | CAPTURE | OPTIONS | EXPECTED, see cases.txt. It passes where the engine sends what
# it sent when the capture in pcaps/ was made, at the same moments, and reports what is in expected/.
# With TRACETCP_ACCEPT=1 the files in expected/ are written instead: read the difference before you
# commit it. What is sent can't be accepted that way: where that changes on purpose, record.sh makes
# the captures anew.
set -euo pipefail
# shellcheck source=test/tap.sh
source "$(dirname "$0")/../tap.sh"
# shellcheck source=test/replay/cases.sh
source "$(dirname "$0")/cases.sh"
replay=$(realpath "$1") cases=$(realpath "$2")
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# What is wrong with a case; nothing where it passes.
findings() { # CAPTURE EXPECTED OPTIONS...
  if ! "$replay" "../../pcaps/$1" "${@:3}" > "$scratch/out" 2> "$scratch/err"; then
    cat "$scratch/err"
    return
  fi
  if [[ ${TRACETCP_ACCEPT-} ]]; then cp "$scratch/out" "expected/$2"; fi
  diff --text --unified --label "expected/$2" --label report "expected/$2" "$scratch/out" || true
}

check() { none "$1" "$(findings "$2" "$3" "${@:4}" 2>&1)"; }
each_case check "$cases"

done_testing
