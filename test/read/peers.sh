#!/bin/bash
# Reads the captures of other tools' traces and compares with what those tools printed of them
# themselves (the .out beside each .pcap): every router with its TTL, and how the path ended. Prints
# TAP:   peers.sh PROGRAM PCAPS
set -euo pipefail
# shellcheck source=test/tap.sh
source "$(dirname "$0")/../tap.sh"
needs gojq
program=$(realpath "$1")
cd "$2"
command -v gojq > /dev/null || bail "gojq is not installed"

# "TTL ADDRESS" of each router in a tool's own words; a line with a mark after the time (!X, !A,
# [open], [closed]) or of the target itself is the end of the path.
theirs() {
  awk -v target="$2" '$1 ~ /^[0-9]+$/ && $2 ~ /^[0-9a-f.:]+$/ && $2 != target && !/!/ { print $1, $2 }' "$1"
}
ours() {
  jq -r '.hops[] | .ttl as $ttl | [.probes[] | select(.reply == "time-exceeded") | .from] | unique[]
    | "\($ttl) \(.)"' <<< "$1"
}

for out in {,ipv6-}{open,closed,dropped-at-6,adminprohib-at-6}-*.out; do
  name=${out%.out}
  target=10.77.10.2 sixth=10.77.6.2
  if [[ $name == ipv6-* ]]; then target=2001:db8:77:10::2 sixth=2001:db8:77:6::2; fi
  json=$("$program" -n --json --read "$name.pcap" 2>&1) || true
  is "$name: every router, with its TTL" "$(ours "$json")" "$(theirs "$out" "$target")"
  case ${name#ipv6-} in
    open-*) want="open 10 $target" ;;
    closed-*) want="closed 10 $target" ;;
    dropped-*) want="silent 6 $sixth" ;;
    *) want="rejected 6 $sixth" ;; # the hop that rejects; the tools print the TTL of the SYN, 7 or 8
  esac
  is "$name: verdict" "$(jq -r '.verdict | "\(.state) \(.ttl) \(.from)"' <<< "$json")" "$want"
  is "$name: nothing unattributed" "$(jq '.unattributed // 0' <<< "$json")" 0
done
done_testing
