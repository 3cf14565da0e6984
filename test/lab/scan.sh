#!/bin/bash
# Port scans: what is known of the lab, what nmap says of it, a target that limits its resets, and
# the progress line.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"
needs nmap script

# states: "PORT open|closed|filtered" of the condensed lines in OUT; nmap has one word for silent
# and rejected.
states() {
  sed -nE 's/^\[[^:]*:([0-9]+)\].*(Port OPEN|Port CLOSED|timed out|reports).*/\1 \2/p' <<< "$OUT" |
    sed -E 's/Port OPEN/open/; s/Port CLOSED/closed/; s/timed out|reports/filtered/'
}

# A busy machine may lose packets before we see them: then we say so, and the states are right all
# the same.
lost='(tracetcp: the capture lost [0-9]+ packets?; try a lower --rate)?'

trace -s 1 1000 "$SERVER"
like "exit status and errors" "$STATUS:$ERR" "^0:$lost\$"
states > "$LAB_TMP/ours"
is "each port once, in order" "$(cut -d' ' -f1 "$LAB_TMP/ours" | paste -sd' ')" \
  "$(seq 1 1000 | paste -sd' ')"
is "open" "$(awk '$2 == "open" { print $1 }' "$LAB_TMP/ours" | paste -sd' ')" 80
is "filtered" "$(awk '$2 == "filtered" { print $1 }' "$LAB_TMP/ours" | paste -sd' ')" \
  "135 139 140 141 142 143 144"
like "rejected, and by whom" "$OUT" $'\\[10.77.10.2:139\\]  128\t10.77.6.2 reports: administratively prohibited'
like "silent" "$OUT" $'\\[10.77.10.2:135\\]  128\t\\*\tRequest timed out\\.'

on client nmap -n -Pn -sS -T4 -v -v -p 1-1000 "$SERVER" -oG "$LAB_TMP/nmap" > "$LAB_TMP/log" 2>&1 ||
  bail "nmap does not work here: $(tail -n1 "$LAB_TMP/log")"
grep -o '[0-9]*/[a-z]*/tcp' "$LAB_TMP/nmap" | sed -E 's|/(.*)/tcp| \1|' | sort -n > "$LAB_TMP/theirs"
# It sums up the closed ones, of which there are too many to be listed.
none "what nmap lists, we list so" \
  "$(comm -13 <(sort "$LAB_TMP/ours") <(sort "$LAB_TMP/theirs"))"
none "what is not closed to us, nmap lists" \
  "$(comm -23 <(grep -v closed "$LAB_TMP/ours" | sort) <(sort "$LAB_TMP/theirs"))"

trace -s 1 65535 -F --open "$SERVER"
is "all ports, only the open ones" "$(states | paste -sd,)" "80 open,8080 open"
like "all ports: errors" "$STATUS:$ERR" "^0:$lost\$"

trace -s 79 81 --json "$SERVER"
is "JSON" "$(jq -r '"\(.target.port) \(.verdict.state) \(.verdict.ttl) \(.syns_sent)"' <<< "$OUT" | paste -sd,)" \
  "79 closed 128 1,80 open 128 1,81 closed 128 1"
is "JSON: round-trip times" "$(jq -s 'all(.[]; .verdict.rtt_ms > 0 and .verdict.rtt_ms < 1000)' <<< "$OUT")" true

nft_on server << 'RULES'
table inet limiter {
  chain output {
    type filter hook output priority 0;
    tcp flags & rst == rst limit rate over 300/second burst 30 packets drop
  }
}
RULES
trace -s 1000 2500 "$SERVER"
is "resets limited to 300 a second: all closed" "$(states | awk '{ print $2 }' | sort | uniq -c | xargs)" \
  "1501 closed"
nft_on server <<< 'delete table inet limiter'

# A terminal: 1,500 SYNs at 1,000 a second take longer than a second.
on client script -qec "$PROGRAM -s 1 1500 --open --rate 1000 $SERVER" "$LAB_TMP/typescript" > /dev/null
like "a progress line on a terminal" "$(tr '\r' '\n' < "$LAB_TMP/typescript")" \
  '[0-9]+% of 1500 ports, 1000 SYNs/s, [0-9]+ s left'
like "summed up at the end" "$(tr '\r' '\n' < "$LAB_TMP/typescript")" \
  '1500 ports: 1 open, 1492 closed, 6 rejected, 1 silent; [0-9]+ SYNs in'

done_testing
