#!/bin/bash
# Makes the captures of the replayed cases anew, in pcaps/, and their reports, for a change of what
# the engine sends:
#   test/replay/record.sh [NAME...]    only the cases with these names
# Look at what changed before you commit it. Those of the lab need an idle machine: run.sh tells
# whether they can be replayed. BUILD=DIR chooses the build.
set -euo pipefail
# shellcheck source=test/replay/cases.sh
source "$(dirname "$0")/cases.sh"
cd "$(dirname "$0")"
build=$(realpath "${BUILD:-../../build}")
export BUILD=$build

only=("$@")
record() { # NAME CAPTURE EXPECTED OPTIONS...
  local name=$1 words=("${@:4}" --write "$PWD/../../pcaps/$2" --force)
  if ((${#only[@]})) && [[ "|$(IFS='|' && echo "${only[*]}")|" != *"|$name|"* ]]; then return; fi
  echo "$name"
  if [[ " ${words[*]} " == *' --sim '* ]]; then
    "$build/src/cli/tracetcp" "${words[@]}" > "expected/$3"
  else
    ../lab/shell tracetcp "${words[@]}" > "expected/$3"
  fi
  chmod 644 "../../pcaps/$2"
}
each_case record cases.txt
