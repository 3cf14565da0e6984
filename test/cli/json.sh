#!/bin/bash
# --json in simulated networks: every line is an object of schema 1, and the same network and seed
# give the same bytes. Prints TAP:  json.sh PROGRAM NETWORK
# shellcheck disable=SC2016 # the variables in jq's expressions are jq's
set -euo pipefail
# shellcheck source=test/tap.sh
source "$(dirname "$0")/../tap.sh"
needs gojq
program=$1 network=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# run FILE ARGUMENTS...
run() { "$program" "${@:2}" --sim "$network" > "$scratch/$1"; }
holds() { jq -e "$1" "$scratch/$2"; }
each_line_holds() { # FILE LINES EXPRESSION
  [[ $(wc -l < "$scratch/$1") == "$2" ]] || return 1
  jq -se "length == $2 and all(.[]; $3)" "$scratch/$1"
}
same() { cmp "$scratch/$1" "$scratch/$2"; }

# What INTERFACE promises of every object; keys may be added.
schema='
  .schema == 1
  and (.target | (.address | type == "string") and (.port | type == "number"))
  and (.method | type == "string")
  and (.source | (.address | type == "string") and (.port | type == "number"))
  and (.started | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{9}Z$"))
  and (.elapsed_ms | type == "number") and .elapsed_ms >= 0
  and (.syns_sent | type == "number") and .syns_sent > 0
  and (.ignored | type == "object")
  and (.verdict.state | IN("open", "closed", "rejected", "silent", "incomplete"))
  and (.verdict.text | type == "string") and (.verdict.text | length) > 0
  and all(.hops[]; (.ttl | type == "number") and all(.probes[];
        (.reply | IN("time-exceeded", "unreachable", "syn-ack", "rst", "none"))
        and (.reply == "none" or ((.from | type == "string") and .reply_ttl > 0
             and (.rtt_ms == null or .rtt_ms > 0)))
        and (.reply != "time-exceeded" or (.icmp_type == 11 and .icmp_code == 0))))'

run open --json www.ebay.co.uk
ok "one object, on one line" each_line_holds open 1 "$schema"
ok "target" holds '.target == {address: "66.135.192.41", name: "www.ebay.co.uk", port: 80}' open
ok "verdict" holds '.verdict | .state == "open" and .ttl == 15 and .from == "66.135.192.41"
                    and (.rtt_ms | round) == 170' open
ok "hops without gaps from 1" holds '[.hops[].ttl] as $t | $t == [range(1; ($t | length) + 1)]' open
ok "names of hops" holds '.hops[0].probes[0] | .from == "192.168.0.1" and .name == "wintermute"' open
ok "a silent hop" holds '[.hops[13].probes[].reply] | unique == ["none"]' open

run numeric --json -n www.ebay.co.uk
ok "-n: no names of hops" holds '[.hops[].probes[].name] | unique == [null]' numeric

run blocked --json www.ebay.co.uk:135 -n
ok "a blocked port: schema" each_line_holds blocked 1 "$schema"
ok "a blocked port: verdict" holds '.verdict | .state == "silent" and .ttl == 2' blocked

run ports --json -n www.ebay.co.uk -r 133 136
ok "several ports: an object for each" each_line_holds ports 4 "$schema"
ok "several ports: in their order" jq -se '[.[].target.port] == [133, 134, 135, 136]' "$scratch/ports"

run scan --json 192.168.0.1 -s 20 80
ok "a scan: an object for each port" each_line_holds scan 61 "$schema"
ok "a scan: the open ports" jq -se \
  '[.[] | select(.verdict.state == "open").target.port] == [21, 23, 80]' "$scratch/scan"

run sure --json 192.168.0.1 -s 20 80 --open
ok "a scan of open ports: an object for each" each_line_holds sure 3 "$schema"

for format in "" -c --json; do
  # shellcheck disable=SC2086 # no format is no argument
  {
    run first $format www.ebay.co.uk -r 130 140 --seed 7
    run second $format www.ebay.co.uk -r 130 140 --seed 7
  }
  ok "the same bytes twice: ${format:-standard}" same first second
done

done_testing
