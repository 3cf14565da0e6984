#!/bin/bash
# All methods tell the same of the same network: raw as root, link as root, connect as a user who
# has no capability at all. Their differences are those that the README lists.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

# unprivileged COMMAND...: as a user without any capability, in this namespace too.
unprivileged() { on client "${LAB_DROP[@]}" "$@"; }
cp "$PROGRAM" "$LAB_TMP/tracetcp" # where every user can read it

# trace_by METHOD ARGUMENTS...: sets OUT, ERR and STATUS.
trace_by() {
  local method=$1
  shift
  if [[ $method != connect ]]; then
    trace --method "$method" "$@"
    return
  fi
  STATUS=0
  unprivileged "$LAB_TMP/tracetcp" --method connect "$@" > "$LAB_TMP/out" 2> "$LAB_TMP/err" || STATUS=$?
  OUT=$(< "$LAB_TMP/out") ERR=$(< "$LAB_TMP/err")
}

# port  routers that answer  state     TTL  from    code of ICMP (RFC 792), of ICMPv6 (RFC 4443)
cases='
80      9                    open      10   server
8080    9                    open      10   server
81      9                    closed    10   server
135     6                    silent    6    router
136     6                    closed    7    server
139     6                    rejected  6    router  13  1
140     6                    rejected  6    router  1   3
141     6                    rejected  6    router  0   0
142     6                    rejected  6    router  3   4
143     6                    rejected  6    router  10  5
144     6                    rejected  6    router  9   6
'
findings() { jq -r '.findings[].text' <<< "$OUT"; }
code() { jq -r '.verdict.icmp_code // empty' <<< "$OUT"; }
reply_ttls() { jq -r '[.hops[].probes[0].reply_ttl // empty] | join(" ")' <<< "$OUT"; }

is "the user has no capability" "$(unprivileged grep -c '^Cap...:.*[1-9a-f]' /proc/self/status)" 0
for family in 4 6; do
  family "$family"
  while read -r port hops state ttl from icmp icmp6; do
    [[ $port ]] || continue
    if [[ $from == server ]]; then from=$SERVER; else from=$(far 6); fi
    if [[ $family == 6 ]]; then icmp=$icmp6; fi
    for method in raw link connect; do
      name="IPv$family, $port by $method"
      trace_by "$method" --json -n -F "$AT:$port"
      is "$name" "$(json_hops) $(verdict) $(code)" "$(routers "$hops") $state $ttl $from $icmp"
      is "$name: exit status, errors, method" "$STATUS:$ERR:$(jq -r .method <<< "$OUT")" "0::$method"
      truth_is "$(lab_truth "$port")"
      if ((hops == 9)); then is "$name: nothing is found" "$(findings)" ""; fi
    done
  done <<< "$cases"
  for method in raw link connect; do
    trace_by "$method" --json -n -F "$AT:139"
    is "IPv$family: TTLs of the answers by $method" "$(reply_ttls)" "64 63 62 61 60 59 59"
    trace_by "$method" -cn -F -r 79 81 -h 64 -m 1 -p 1 "$SERVER"
    is "IPv$family: three ports by $method" "$(grep -oE '\[.*\].*(OPEN|CLOSED)' <<< "$OUT" | sed -E 's/\t.*Port//' | paste -sd,)" \
      "[$AT:79]  64 CLOSED,[$AT:80]  64 OPEN,[$AT:81]  64 CLOSED"
  done
done
family 4

# One path: one source port, one SYN at a time.
capture_start client right
trace_by connect --json -n -F --one-path --no-control "$SERVER:80"
capture_stop
is "one path: hops and verdict" "$(json_hops) $(verdict)" "$(routers 9) open 10 $SERVER"
is "one path: one source port, as reported" "$(field port | sort -u)" "$(jq -r .source.port <<< "$OUT")"
is "one path: TTLs in turn" "$(field ttl | sort -nu | paste -sd' ')" "1 2 3 4 5 6 7 8 9 10"
like "one path: it says what that costs" "$(jq -r '.limits | join("/")' <<< "$OUT")" 'one hop .* after the other'

for port in 80 81; do
  trace_by connect --json -n -F --one-path "$SERVER:$port"
  is "one path, port $port: nothing is found" "$(findings)" ""
done
# The kernel keeps the TTL of a RST to itself; the hop that should have forwarded the SYN forged it.
trace_by connect --json -n -F --control 80 "$SERVER:136"
like "a forged RST by connect" "$(findings)" '^the RST is forged at hop 6 \(10\.77\.6\.2\)'
is "no TTL of a RST or SYN-ACK by connect" \
  "$(jq '[.. | objects | select(.reply == "rst" or .reply == "syn-ack") | .reply_ttl // empty] | length' <<< "$OUT")" 0

# Exactly one SYN leaves for each probe, also where nothing answers for longer than a second.
capture_start client right
trace_by connect --json -n -F --patient -t 2500 -m 9 -p 1 "$SERVER:135"
capture_stop
is "one SYN a probe" "$(wc -l < "$LAB_TMP/syns")" "$(jq -r .syns_sent <<< "$OUT")"
is "each from a port of its own" "$(field port | sort | uniq -d)" ""
is "no port of its own is reported" "$(jq -c .source.port <<< "$OUT")" null

# A local firewall that says no: to sockets the kernel doesn't tell of that.
nft_on client <<'RULES'
table inet lab {
  chain out {
    type filter hook output priority 0;
    tcp dport 8080 drop
  }
}
RULES
trace_by raw --json -n -F -t 300 "$SERVER:8080"
is "raw behind a local firewall" "$STATUS $ERR$(verdict)" "1 unknown null null"
like "raw behind a local firewall: says why" "$(jq -r .verdict.text <<< "$OUT")" '^Our SYNs did not leave this machine: a firewall on this machine refuses them \(Operation not permitted\); see .nft list ruleset'
trace_by connect --json -n -F -m 3 "$SERVER:8080"
is "connect behind a local firewall" "$STATUS $(json_hops)/$(verdict)" "0 /silent null null"
trace_by connect --json -n -F -m 3 --control 443 "$SERVER:8080"
is "connect behind a local firewall accuses nobody" "$(jq -c .findings <<< "$OUT")" '[]'
like "connect behind a local firewall: what is known" "$(jq -r .verdict.text <<< "$OUT")" 'the SYNs may not have left this machine'
nft_on client <<< 'flush ruleset; table inet lab { chain out { type filter hook output priority 0; tcp dport 8080 reject with tcp reset; }; }'
trace_by connect --json -n -F --control 443 "$SERVER:8080"
like "a RST of this machine, connect" "$(jq -r '.findings[0].text' <<< "$OUT")" '^the RST is forged on this machine or at hop 1, '
on client nft flush ruleset

# Without privileges the program finds by itself what works.
STATUS=0
unprivileged "$LAB_TMP/tracetcp" --json --verbose -n -F "$SERVER:80" > "$LAB_TMP/out" 2> "$LAB_TMP/err" || STATUS=$?
OUT=$(< "$LAB_TMP/out") ERR=$(< "$LAB_TMP/err")
is "auto without privileges" "$STATUS $(jq -r .method <<< "$OUT") $(verdict)" "0 connect open 10 $SERVER"
like "auto tells why not raw" "$ERR" 'method raw passed over: .*not permitted'
like "auto tells why not link" "$ERR" 'method link passed over: .*'
trace --json -n -F "$SERVER:80"
is "auto with privileges" "$(jq -r .method <<< "$OUT")" raw

done_testing
