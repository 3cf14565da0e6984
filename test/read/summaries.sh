#!/bin/bash
# What a capture holds besides traces: one line, or object, for each scan, sweep, flood and port to
# which connections failed. office.py, which made the capture, says what is in it. Prints TAP:
#   summaries.sh PROGRAM PCAPS NETWORKS
set -euo pipefail
# shellcheck source=test/tap.sh
source "$(dirname "$0")/../tap.sh"
needs gojq
program=$(realpath "$1") pcaps=$(realpath "$2") networks=$(realpath "$3")
command -v gojq > /dev/null || bail "gojq is not installed"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
office=$pcaps/office.pcap.gz

"$program" -n --json --read "$office" > json
"$program" -n --read "$office" > text
is 'one trace' "$(jq -s '[.[] | select(.hops)] | length' json)" 1
is 'the trace, without the SYNs of the browser beside it' \
  "$(jq -c 'select(.hops) | [.target.port, .syns_sent, .verdict.state, .verdict.ttl,
     [.hops[] | select(.probes[0].reply == "time-exceeded") | .ttl]]' json)" '[443,6,"open",6,[1,2,3,4,5]]'
is 'traces come first' "$(jq -s -c 'map(has("summary")) | . == sort' json)" true
is 'all have the schema' "$(jq -s 'all(.schema == 1)' json)" true

# summary FILTER: of the one that it selects
summary() { jq -c ".summary // empty | select($1) | [.sources, .targets, .ports, .attempts, .syns, .outcomes]" json; }
outcomes() { printf '{"closed":%d,"expired":%d,"open":%d,"rejected":%d,"silent":%d}' "$2" "$4" "$1" "$3" "$5"; }
is 'a flood' "$(summary '.kind == "flood" and .target.address == "198.51.100.5" and .target.port == 80')" \
  "[1500,1,1,1500,1500,$(outcomes 0 0 0 0 1500)]"
is 'a scan' "$(summary '.kind == "scan" and .source.address == "192.0.2.66"')" \
  "[1,1,200,200,200,$(outcomes 2 179 0 0 19)]"
is 'its open ports' "$(jq -c '.summary // empty | select(.kind == "scan") | .open_ports' json)" '[22,80]'
is 'a sweep' "$(summary '.kind == "sweep" and .target.port == 22')" \
  "[1,100,100,100,100,$(outcomes 0 0 0 0 100)]"
failed() { summary ".kind == \"failed-connections\" and .target == {\"address\":\"$1\",\"port\":$2}"; }
is 'beside the trace' "$(failed 198.51.100.1 443)" "[1,1,1,2,8,$(outcomes 0 0 0 0 2)]"
is 'no answer' "$(failed 198.51.100.2 25)" "[1,1,1,1,6,$(outcomes 0 0 0 0 1)]"
is 'refused, three sources' "$(failed 198.51.100.3 8080)" "[3,1,1,3,3,$(outcomes 0 3 0 0 0)]"
is 'rejected by a router' "$(failed 198.51.100.3 23)" "[1,1,1,1,1,$(outcomes 0 0 1 0 0)]"
is 'after one that was completed' "$(failed 198.51.100.6 443)" "[1,1,1,1,3,$(outcomes 0 0 0 0 1)]"
is 'no others' "$(jq -s '[.[] | select(.summary)] | length' json)" 8

is 'text: the same lines, after the trace' "$(tail -n 8 text)" "$(jq -r '.summary.text // empty' json)"
like 'text: a scan' "$(grep scan text)" \
  '^200 ports of 198\.51\.100\.4 asked once: a scan by 192\.0\.2\.66: 2 open \(22, 80\), 179 closed, 19 unanswered\.$'
is 'condensed and matrix: the same lines' \
  "$("$program" -n -c --read "$office" | tail -n 8; "$program" -n --matrix --read "$office" | tail -n 8)" \
  "$(tail -n 8 text; tail -n 8 text)"

# Ports that are asked for are traces.
"$program" -n --json --read "$office" 198.51.100.4 -r 22 24 > ports
is 'ports on the command line' \
  "$(jq -s -c '[.[] | [.target.port, .verdict.state]]' ports)" '[[22,"open"],[23,"closed"],[24,"closed"]]'
is 'a host on the command line' \
  "$("$program" -n --json --read "$office" 198.51.100.3 | jq -s -c 'map(.summary.target.port) | sort')" '[23,8080]'

# What we recorded is a trace, be it a single SYN.
"$program" -n 192.168.0.1:22 --no-control -h 128 -m 1 -p 1 --sim "$networks/examples.toml" --write one.pcap > /dev/null
is 'a recording of one SYN' "$("$program" -n --json --read one.pcap | jq -c '[.target.port, .syns_sent]')" '[22,1]'
is '... for other programs is a connection' \
  "$(tail -c +17 one.pcap | cat <(head -c 8 one.pcap) <(printf '\0\0\0\0\0\0\0\0') - > foreign.pcap
    "$program" -n --json --read foreign.pcap | jq -c '.summary | [.kind, .attempts]')" '["failed-connections",1]'
"$program" -n 192.168.0.1 -s 20 80 --sim "$networks/examples.toml" --write scan.pcap > scan.txt
is 'a recording of a scan, written anew by others' \
  "$(tail -c +17 scan.pcap | cat <(head -c 8 scan.pcap) <(printf '\0\0\0\0\0\0\0\0') - > foreign.pcap
    "$program" -n -c --read foreign.pcap)" "$(< scan.txt)"
done_testing
