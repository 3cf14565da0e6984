#!/bin/bash
# What a run in a simulated network told and what its recording tells must be the same: hops,
# verdict and findings, evidence included. Prints TAP:  same.sh PROGRAM NETWORKS
# A capture knows nothing of the run but its packets: not the name that was asked for, nor by what
# method, nor when it began before its first SYN left, nor what it passed over for which reason. Two
# controls of one port are one trace there, so their probes have other numbers.
set -euo pipefail
# shellcheck source=test/tap.sh
source "$(dirname "$0")/../tap.sh"
needs gojq
program=$(realpath "$1") networks=$(realpath "$2")
command -v gojq > /dev/null || bail "gojq is not installed"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

# told FILE: one line a port, with sorted keys. Times are counted from the first SYN.
told() {
  jq -c '([.hops[].probes[].sent_ms] | min) as $first
    | .target.port as $port
    | (.findings[].evidence[], .verdict.evidence[]) |= (if .port == $port then . else del(.probe) end)
    | .hops[].probes[].sent_ms |= ((. - $first) * 1e6 | round)
    | {target: {address: .target.address, port: .target.port}, source, syns_sent, hops, verdict,
       findings, path_mtu, notices, unattributed,
       control: (.control | {port, state: .verdict.state, text: .verdict.text})}' "$1" | sort
}
findings=0
# same_as_read NETWORK ARGUMENTS...
same_as_read() {
  local network=$1
  shift
  "$program" -n --json "$@" --sim "$networks/$network.toml" --force --write run.pcap > run.json
  "$program" -n --json --read run.pcap > read.json
  findings=$((findings + $(jq -s '[.[].findings | length] | add' read.json)))
  local read run
  read=$(told read.json)
  run=$(told run.json)
  is "$network: $*" "$read" "$run"
}

same_as_read examples www.ebay.co.uk
same_as_read examples www.ebay.co.uk --tag isn -F
same_as_read examples www.ebay.co.uk -r 130 140 -m 6
same_as_read examples ftp.cdrom.com:http
same_as_read examples ftp.cdrom.com -r 20 22 -p 1 --tag port
same_as_read forged_reset wanted:443
same_as_read forged_reset wanted -r 440 445
same_as_read nat translated:22
same_as_read nat translated -r 20 24 --seed 3
same_as_read nat translated:80 -p 5
same_as_read nat translated:22 --tag isn
same_as_read proxy proxied:80
same_as_read proxy proxied -r 78 82 --seed 9
same_as_read rejects guarded:25
same_as_read rejects guarded -r 20 26
same_as_read rejects down
same_as_read mpls labelled
same_as_read silent quiet
same_as_read lossy lossy:80 --seed 5
same_as_read ecmp balanced --tag port
same_as_read ecmp per-packet
ok "there were findings to be compared" test "$findings" -gt 20

# A few of what the routers in these networks do, in words.
clauses() { "$program" -n --json --read run.pcap | jq -r '.findings[].text'; }
same_as_read nat translated:22
like "a NAT" "$(clauses)" 'source address changed from 192\.168\.0\.2 to 203\.0\.113\.99 between hop 2'
like "IP ids that a NAT rewrites" "$(clauses)" 'IP id changed from [0-9]+ to [0-9]+ between hop 2'
same_as_read mpls labelled
like "an odd TTL in a quote" "$(clauses)" 'hop 5 \(10\.0\.0\.4\) quotes TTL 5 where 1 is due'
same_as_read ecmp per-packet
like "a path that changes" "$(clauses)" 'the path changed during the trace: hop 2 was'

# A scan asks silent ports twice, and shows that once.
same_scan() { # NETWORK ARGUMENTS...
  "$program" -n "${@:2}" --sim "$networks/$1.toml" --force --write run.pcap > run.txt
  is "$1: ${*:2}" "$("$program" -n -c --read run.pcap)" "$(< run.txt)"
}
same_scan examples 192.168.0.1 -s 20 80
same_scan rejects 198.51.100.1 -s 79 82
# One port asked with a far TTL is a trace, each of whose probes is shown.
same_as_read examples 192.168.0.1:22 -h 128 -m 1 -p 3
same_as_read examples 192.168.0.1:22 -h 128 -m 1 -p 3 --tag isn
same_as_read examples 192.168.0.1:22 -h 128 -m 1 -p 3 --tag port

# Text: one table with all ports, and what is said below it.
same_matrix() { # NETWORK ARGUMENTS...
  "$program" -n --matrix "${@:2}" --sim "$networks/$1.toml" --force --write run.pcap > run.txt
  is "matrix of $1: ${*:2}" "$("$program" -n --matrix --read run.pcap)" "$(< run.txt)"
}
same_matrix examples 66.135.192.41 -r 130 240
same_matrix rejects 198.51.100.1 -r 20 30
same_matrix nat 198.51.100.1 -r 20 25
done_testing
