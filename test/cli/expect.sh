#!/bin/bash
# --expect: where a port is not as it says, standard error has one line on what was expected and what
# is, and the exit status is 3. Prints TAP:  expect.sh PROGRAM NETWORKS
set -euo pipefail
# shellcheck source=test/tap.sh
source "$(dirname "$0")/../tap.sh"
needs gojq
program=$(realpath "$1") networks=$(realpath "$2")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# said NETWORK ARGUMENTS...: the exit status and standard error, the report is in out.
said() {
  local status=0 network=$1
  shift
  "$program" -n "$@" --sim "$networks/$network.toml" > "$scratch/out" 2> "$scratch/err" || status=$?
  echo "$status $(< "$scratch/err")"
}

is "as expected" "$(said rejects guarded:81 --expect closed)" "0 "
ok "and the report is there" grep -q 'Port closed on 198.51.100.1' "$scratch/out"
is "closed, not open" "$(said rejects guarded:81 --expect open)" \
  "3 tracetcp: port 81 of 198.51.100.1 was expected to be open, but is closed: $(
    "$program" -n guarded:81 --json --sim "$networks/rejects.toml" | jq -r .verdict.text)"
is "rejected, not open, and by whom" "$(said rejects guarded:25 --expect open)" \
  "3 tracetcp: port 25 of 198.51.100.1 was expected to be open, but is rejected by hop 2 (10.0.0.1): \
administratively prohibited."
like "silent, not closed" "$(said rejects guarded:137 --expect closed)" \
  '^3 tracetcp: port 137 of 198\.51\.100\.1 was expected to be closed, but is silent: .+$'
like "a forged RST is not closed" "$(said forged_reset 198.51.100.1:80 --expect closed --control 22)" \
  '^3 tracetcp: port 80 of 198\.51\.100\.1 was expected to be closed, but is reset by a forged RST: .+$'
like "one of several" "$(said rejects guarded:80,81 --expect open)" \
  '^3 tracetcp: port 81 of 198\.51\.100\.1, one of 2 ports, was expected to be open, but is closed'
is "several of several" "$(said rejects guarded:80,81,82,137 --expect open)" \
  "3 tracetcp: 3 of 4 ports of 198.51.100.1 were expected to be open, but are not: \
81 is closed, 82 is rejected, 137 is silent"
is "the same in JSON" "$(said rejects guarded:80,81,82,137 --expect open --json)" \
  "3 tracetcp: 3 of 4 ports of 198.51.100.1 were expected to be open, but are not: \
81 is closed, 82 is rejected, 137 is silent"
is "too many to name" "$(said rejects guarded -r 200 210 --expect open -F)" \
  "3 tracetcp: 11 of 11 ports of 198.51.100.1 were expected to be open, but are not: \
200 is silent, 201 is silent, 202 is silent, 203 is silent, 204 is silent, and 6 more"

"$program" -n guarded:81,82 --sim "$networks/rejects.toml" --write "$scratch/capture.pcap" \
  > "$scratch/out"
status=0
"$program" -n --read "$scratch/capture.pcap" --expect open > "$scratch/out" 2> "$scratch/err" ||
  status=$?
is "the same of a capture" "$status $(< "$scratch/err")" \
  "3 tracetcp: 2 of 2 ports of 198.51.100.1 were expected to be open, but are not: \
81 is closed, 82 is rejected"

done_testing
