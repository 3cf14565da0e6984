#!/bin/bash
# Reads each capture of cases.txt and compares hops and verdicts with what stands there, which
# follows from how the network was built, or, for peers, from what they printed. The two captures of
# a router in the middle also tell how many SYNs were sent. Prints TAP:
#   captures.sh PROGRAM PCAPS CASES
set -euo pipefail
# shellcheck source=test/tap.sh
source "$(dirname "$0")/../tap.sh"
needs gojq
program=$(realpath "$1") cases=$(realpath "$3")
cd "$2"
command -v gojq > /dev/null || bail "gojq is not installed"

read_file() { "$program" -n --json --read "$@"; }

# told FILE ARGUMENTS...: in the words of cases.txt.
told() {
  read_file "$@" | jq -r '
    def short: sub("^(10\\.77\\.10\\.|2001:db8:77:10::)2$"; "S")
      | sub("^(10\\.77\\.|2001:db8:77:)(?<n>[0-9])(\\.|::)2$"; "\(.n)");
    select(.hops) | [(.hops[] | .ttl as $ttl
       | [.probes[] | select(.reply == "time-exceeded") | .from] | unique[] | "\($ttl)-\(short)"),
     .verdict.state, (.verdict.ttl // empty), (.verdict.from // empty | short)]
    | map(tostring) | join(" ")' | paste -sd';' | sed 's/;/ ; /g'
}

while IFS='|' read -r file arguments wanted; do
  file=${file// /}
  if [[ -z $file || $file == '#'* ]]; then continue; fi
  read -ra words <<< "$arguments"
  read -r wanted <<< "$wanted"
  [[ $file == *.* ]] || file+=.pcap
  # Of a build without the library for it.
  message=$(read_file "$file" 2>&1 > /dev/null) || true
  if [[ $message == *'which this build does not read'* ]]; then
    ok "$file # SKIP this build does not read it" true
    continue
  fi
  is "$file $arguments" "$(told "$file" "${words[@]}")" "$wanted"
done < "$cases"

# What a scan met, which is no trace.
is "ipv6-nmap-scan: summed up" "$("$program" -n --read ipv6-nmap-scan.pcap)" \
  "10 ports of 2001:db8:77:10::2 asked 11 times in all: a scan by 2001:db8:77:1::1: 1 open (80), 2 closed, 6 rejected, 2 unanswered."
is "ipv6-open-scamper -c: address and port are joined with brackets" \
  "$("$program" -nc --read ipv6-open-scamper.pcap | sed -n 3p)" \
  "$(printf '[[2001:db8:77:10::2]:80]  3\t0 ms\t2001:db8:77:3::2')"

for name in router-any router-any-sll; do
  is "$name: two probes a hop" \
    "$(read_file "$name.pcap" | jq -c '[.hops[:7][].probes | length] | unique')" '[2]'
  ok "$name: what was captured twice is counted" \
    jq -e '.ignored.duplicate > 20' <(read_file "$name.pcap")
done

# What NATs and others did to the SYNs on the way: field, values where they are not random, and between
# which hops. The networks' files say the same.
changes() {
  read_file "$1.pcap" | jq -r '.findings[] | select(.field) |
    "\(.field) \(.sent) > \(.quoted), \(.at.ttl // "-") to \(.before.ttl)"'
}
like "sim-nat-ids: source address" "$(changes sim-nat-ids)" \
  'source address 192\.168\.0\.2 > 203\.0\.113\.99, 2 to 3'
like "sim-nat-ids: IP id" "$(changes sim-nat-ids)" 'IP id [0-9]+ > [0-9]+, 2 to 3'
like "sim-dnat: source port" "$(changes sim-dnat)" 'source port 40001 > [0-9]+, 2 to 3'
is "sim-mpls: a router's odd quotes" "$(changes sim-mpls)" 'TTL 1 > 5, 5 to 5'
# Linux translates what is quoted back: nothing may be claimed.
for name in router-nat-any router-nat-client ipv6-nat66-any ipv6-nat66-client; do
  is "$name: none" "$(changes "$name")" ""
done
# One packet has one fate.
is "expired-and-accepted: the contradiction is what is found" \
  "$(read_file expired-and-accepted.pcap | jq -r '"\(.verdict.answered_by), \([.findings[].kind] | join(" "))"')" \
  "unknown, contradiction"
done_testing
