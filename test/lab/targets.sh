#!/bin/bash
# --targets over real kernel routers, IPv4 and IPv6 in one list: each result is that of a trace by itself. What is
# true of a port is in the rules of router 6 (lab_rules); routers are targets, too, all of whose ports are closed.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

# gists: of each JSON object in OUT its target, the hops that answered, and the verdict without times and how sure it
# is, which depends on what a busy machine loses; sorted.
gists() {
  jq -c '[.target.address, .target.port, .verdict.state, .verdict.ttl, .verdict.from, .verdict.answered_by,
      (.verdict.text | gsub("[0-9.]+ ms"; "T") | gsub(" \\(likely\\)"; "")), [.findings[].kind],
      [.hops[] | [.ttl, ([.probes[].from] | map(select(. != null)) | unique)]], .source.address]' <<< "$OUT" | sort
}

# list_is TARGETS: writes the list.
list_is() { printf '%s\n' "$@" > "$LAB_TMP/list"; }

targets=()
for family in 4 6; do
  family "$family"
  targets+=("$AT:135" "$(with_port "$(far 4)" 80)" "$(with_port "$(far 8)" 443)" "$(with_port "$(far 1)" 22)")
done

for method in raw connect; do
  alone=
  for target in "${targets[@]}"; do
    trace --json -n -F --method "$method" "$target"
    alone+=$(gists)$'\n'
  done
  list_is "${targets[@]}"
  trace --json -n -F --method "$method" --targets "$LAB_TMP/list"
  is "$method: each of a list is as by itself" "$(gists)" "$(sort <<< "$alone" | sed '/^$/d')"
  is "$method: exit status and errors" "$STATUS:$ERR" 0:
done

family 4
list_is "$AT:80,135-144,8080" "[$(family 6 && echo "$SERVER")]:80,135-144"
trace --json -n --targets "$LAB_TMP/list"
together=$(gists)
apart=
mapfile -t lines < "$LAB_TMP/list"
for target in "${lines[@]}"; do
  trace --json -n "$target"
  apart+=$(gists)$'\n'
done
is "ports of a line are as by themselves, at the gentle pace" "$together" "$(sort <<< "$apart" | sed '/^$/d')"

# The loopback and this machine itself are reached from other addresses.
list_is 127.0.0.1:9 10.77.1.1:9 "$AT:80"
trace --json -n --targets "$LAB_TMP/list"
is "several source addresses in one run" "$(jq -r '"\(.source.address) \(.verdict.state)"' <<< "$OUT" | sort | paste -sd,)" \
  "10.77.1.1 closed,10.77.1.1 open,127.0.0.1 closed"

list_is "$AT:80" 198.18.0.1:80 "$AT:81"
on client ip route add unreachable 198.18.0.0/15
trace --json -n -F --targets "$LAB_TMP/list"
is "a target without route costs its own line" "$(jq -r .line <<< "$OUT" | sort | paste -sd' ') $STATUS" "1 3 1"
like "the error names the line" "$ERR" "^tracetcp: .*, line 2: cannot reach 198\.18\.0\.1"

# What leaves with the window scale of our SYNs, 7, vanishes behind the packet filter: a socket's have another.
nft_on client << 'RULES'
table netdev own {
  chain egress {
    type filter hook egress device right priority 0;
    tcp dport 80 tcp option window count 7 drop
  }
}
RULES
list_is "$AT:80,81" "$(with_port "$(far 4)" 22)"
trace --json -n -F --targets "$LAB_TMP/list"
is "SYNs of one port are not seen leaving: it is traced by sockets" \
  "$(jq -r '"\(.target.port) \(.method) \(.verdict.state)"' <<< "$OUT" | sort | paste -sd,) $STATUS" \
  "22 raw closed,80 connect open,81 raw closed 0"
like "and says so" "$(jq -r 'select(.target.port == 80).limits[0]' <<< "$OUT")" 'SYNs by method raw were not seen leaving'
trace -n -F --targets "$LAB_TMP/list"
is "and stays in its place" "$(grep -o 'on port [0-9]*' <<< "$OUT" | grep -o '[0-9]*$' | paste -sd' ') $STATUS" "80 81 22 0"
echo "reachable $AT:80,81" > "$LAB_TMP/policy"
trace --audit "$LAB_TMP/policy" -F
is "a policy that names it" "$STATUS $(cut -f 2 <<< "$OUT" | head -n 1)" "0 holds"
trace --json -n -F --method raw --targets "$LAB_TMP/list"
is "but not with --method raw" "$(jq -r '"\(.target.port) \(.method) \(.verdict.state)"' <<< "$OUT" | sort | paste -sd,) $STATUS" \
  "22 raw closed,80 raw unknown,81 raw closed 1"
on client nft delete table netdev own

# Lines that come one by one are traced as they come.
mkfifo "$LAB_TMP/pipe"
on client "$PROGRAM" --json -n -F --no-control --targets - < "$LAB_TMP/pipe" > "$LAB_TMP/coming" 2> "$LAB_TMP/coming.err" &
coming=$!
exec 7> "$LAB_TMP/pipe"
echo "$AT:80" >&7
ok "a line is traced before the next one comes" wait_for 20 grep -q '"line":1' "$LAB_TMP/coming"
echo "$AT:81" >&7
ok "so is the next" wait_for 20 grep -q '"line":2' "$LAB_TMP/coming"
echo "$AT:99999" >&7
status=0
wait "$coming" || status=$?
exec 7>&-
is "a malformed line ends the list" "$status" 2
like "with its number" "$(< "$LAB_TMP/coming.err")" "^tracetcp: standard input, line 3: .*99999"

# A terminal: at the gentle pace 50 ports take longer than a second. What is printed stands in lines of its own.
list_is "$(with_port "$(far 4)" 22)" "$AT:1-50"
on client script -qec "$PROGRAM -n --json --targets $LAB_TMP/list" "$LAB_TMP/typescript" > /dev/null
tr '\r' '\n' < "$LAB_TMP/typescript" > "$LAB_TMP/shown"
like "a progress line on a terminal" "$(< "$LAB_TMP/shown")" '[01] of 2 lines done'
is "and nothing behind it" "$(grep -c 'done.*schema' "$LAB_TMP/shown")" 0

# Ctrl-C: what has begun is printed.
list_is "[$(family 6 && echo "$SERVER")]:135" "$AT:80"
# A shell starts background commands with SIGINT ignored; a terminal doesn't.
ip netns exec client env --default-signal=INT "$PROGRAM" --json -n -F --patient -t 60000 --no-control --targets "$LAB_TMP/list" \
  > "$LAB_TMP/cut" 2> "$LAB_TMP/cut.err" &
cut=$!
wait_for 20 grep -q '"state":"open"' "$LAB_TMP/cut" || bail "the open port is not traced: $(< "$LAB_TMP/cut.err")"
kill -INT "$cut"
status=0
wait "$cut" || status=$?
is "Ctrl-C: what is known is printed" "$(jq -r '"\(.line) \(.interrupted)"' "$LAB_TMP/cut" | sort | paste -sd,) $status" "1 true,2 null 130"

done_testing
