#!/bin/bash
# --both: one address of each family of a name, and where they end differently.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

printf '%s\n' '10.77.10.2 both.example' 'fd77:0:0:10::2 both.example' '10.77.10.2 four.example' > "$LAB_TMP/hosts"
mount --bind "$LAB_TMP/hosts" /etc/hosts

# Router 4 drops port 8080 and rejects port 81, of IPv6 alone; router 7 drops port 82 of IPv4.
nft_on r4 <<'RULES'
table ip6 lab {
  chain forward {
    type filter hook forward priority 0;
    tcp dport 8080 drop
    tcp dport 81 reject with icmpv6 admin-prohibited
  }
}
RULES
nft_on r7 <<'RULES'
table ip lab {
  chain forward {
    type filter hook forward priority 0;
    tcp dport 82 drop
  }
}
RULES

# ends: of each port in the last line, END TTL over IPv4, over IPv6.
ends() {
  tail -n 1 <<< "$OUT" |
    jq -r '.both.ports[] | "\(.port): \(.ipv4.end) \(.ipv4.ttl), \(.ipv6.end) \(.ipv6.ttl)"'
}

for method in raw link connect; do
  trace --json -n -F -m 12 -p 1 --both --method "$method" both.example:80,81,82,8080
  is "$method: how each port ends over each family" "$STATUS$ERR $(ends)" "0 80: open 10, open 10
81: closed 10, rejected 4
82: silent 7, closed 10
8080: open 10, silent 4"
  is "$method: the traces come before it" \
    "$(jq -r 'select(.target) | "\(.target.address) \(.target.port)"' <<< "$OUT")" \
    "$(for to in 10.77.10.2 fd77:0:0:10::2; do printf "$to %s\n" 80 81 82 8080; done)"
done

# overlap: whether each trace began before the other ended, as their captured frames have it.
overlap() {
  jq -s -r '[.[] | select(.target)]
    | map([(.started | sub("\\..*";"Z") | fromdate) + (.started | capture("\\.(?<f>[0-9]+)").f | "0." + . | tonumber), .elapsed_ms / 1000])
    | .[0][0] < .[1][0] + .[1][1] and .[1][0] < .[0][0] + .[0][1]' <<< "$OUT"
}
# Port 135 is silent, so each trace waits for a second at least.
trace --json -n -F --both both.example:135
is "both are traced at the same time" "$(overlap)" true

# One capture and one page have both; what is read back is what was said.
what() {
  jq -c 'select(.target) | [.target.address, .target.port, .verdict.state, .verdict.ttl, .verdict.from, .control.port,
    [.hops[].probes[] | [.reply, .from]], [.findings[].kind]]' <<< "$OUT"
}
for port in 80 81 135; do
  rm -f "$LAB_TMP/both.pcap" "$LAB_TMP/both.html"
  trace --json -n -F --both both.example:$port --write "$LAB_TMP/both.pcap" --html "$LAB_TMP/both.html"
  said=$(what)
  is "port $port: both are recorded" "$STATUS$ERR $(wc -l <<< "$said")" "0 2"
  trace --json -n --read "$LAB_TMP/both.pcap"
  is "port $port: and read back" "$(what)" "$said"
  for family in 4 6; do
    family "$family"
    trace --json -n --read "$LAB_TMP/both.pcap" "$SERVER"
    is "port $port: each alone" "$(what)" "$(grep -F "\"$SERVER\"" <<< "$said")"
  done
done
for packets in 'ip and tcp' 'ip6 and tcp'; do
  ok "tcpdump finds $packets in it" grep -q 'Flags \[S\]' <(tcpdump -n -r "$LAB_TMP/both.pcap" "$packets" 2> /dev/null)
done
page=$(< "$LAB_TMP/both.html")
like "the page compares" "$page" 'Port 135: over IPv4 silent behind hop 6 \(10\.77\.6\.2\); over IPv6 silent behind hop 6 \(fd77:0:0:6::2\)\.'
like "the page has both sources" "$page" '10\.77\.1\.1, port [0-9]+, interface right.*fd77:0:0:1::1, port [0-9]+, interface right'

# A signal ends both, and what is known by then is printed, recorded and shown.
rm -f "$LAB_TMP/both.pcap" "$LAB_TMP/both.html"
ip netns exec client "$PROGRAM" --json -n --patient -t 30000 --both both.example:135 --write "$LAB_TMP/both.pcap" \
  --html "$LAB_TMP/both.html" > "$LAB_TMP/out" 2> "$LAB_TMP/err" &
pid=$!
# recorded PACKETS: whether those that the filter of tcpdump passes are in the recording by now.
recorded() { [[ $(tcpdump -n -r "$LAB_TMP/both.pcap" "$1" 2> /dev/null) ]]; }
both_recorded() { recorded icmp && recorded icmp6; }
wait_for 10 both_recorded || bail "the traces do not start: $(< "$LAB_TMP/err")"
kill -TERM "$pid"
STATUS=0
wait "$pid" || STATUS=$?
OUT=$(< "$LAB_TMP/out")
is "interrupted: both end" "$STATUS $(jq -r 'select(.target) | "\(.target.address) \(.interrupted)"' <<< "$OUT" | paste -sd,)" \
  "130 10.77.10.2 true,fd77:0:0:10::2 true"
like "interrupted: the page is whole" "$(< "$LAB_TMP/both.html")" 'The run was interrupted.*</html>'
trace --json -n --read "$LAB_TMP/both.pcap"
is "interrupted: the recording is whole" "$STATUS$ERR $(jq -r .target.address <<< "$OUT" | paste -sd,)" "0 10.77.10.2,fd77:0:0:10::2"

trace -n -F --both both.example:81
is "in text" "$STATUS $(tail -n 1 <<< "$OUT")" \
  "0 Port 81: over IPv4 closed, 10 hops away; over IPv6 rejected by hop 4 (fd77:0:0:4::2): administratively prohibited."
trace -n -F --both both.example:80 --expect open
is "--expect, as it says" "$STATUS" 0
trace -n -F --both both.example:8080 --expect open
is "--expect holds for both families" "$STATUS" 3
like "and says which is not so" "$ERR" '^tracetcp: port 8080 of fd77:0:0:10::2 was expected to be open, but is silent'
trace -n --both four.example
is "a host of one family" "$STATUS $OUT" "1 "
like "and which is missing" "$ERR" '^tracetcp: host "four\.example" has no IPv6 address, only of IPv4 \(10\.77\.10\.2\); '

done_testing
