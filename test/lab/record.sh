#!/bin/bash
# --write over real routers: what it holds beside what tcpdump sees, and that it is whole whatever
# ends the program.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"
cd "$LAB_TMP"

# Reads a capture as a whole; says so where it can't.
whole() { tcpdump -n -r "$1" 2>&1 > /dev/null | grep -vE '^reading from file|^dropped privs' || true; }
packets() { tcpdump -n -r "$1" "${2-}" 2> /dev/null | wc -l; }
syns='tcp[13] == 2'

capture_start client right
trace --json -n --no-control "$SERVER:80" --write open.pcap
capture_stop
is "exit status" "$STATUS" 0
is "verdict" "$(verdict)" "open 10 $SERVER"
is "nanoseconds" "$(od -An -v -tx1 -N4 open.pcap | xargs)" "4d 3c b2 a1"
is "the link type is that of the interface" "$(od -An -v -tu4 -j20 -N4 --endian=little open.pcap | xargs)" 1
none "the file is whole" "$(whole open.pcap)"
is "all SYNs are in it" "$(packets open.pcap "$syns")" "$(jq .syns_sent <<< "$OUT")"
is "they are those that tcpdump saw, in that order" \
  "$(tcpdump -n -v -r open.pcap "$syns" 2> /dev/null | grep -oE 'ttl [0-9]+, id [0-9]+')" \
  "$(grep -oE 'ttl [0-9]+, id [0-9]+' syns)"
is "all answers on the way are in it" "$(packets open.pcap 'icmp[0] == 11')" \
  "$(jq '[.hops[].probes[] | select(.reply == "time-exceeded")] | length' <<< "$OUT")"
is "the stamps are in order" \
  "$(tcpdump -n -tt --nano -r open.pcap 2> /dev/null | cut -d' ' -f1 | sort -nc 2>&1)" ""

# The report's times are differences of the stamps in the file, to the nanosecond.
first_rtt=$(tcpdump -n -tt --nano -v -r open.pcap 'tcp[13] == 2 or icmp[0] == 11' 2> /dev/null |
  awk '/^[0-9]/ { time = substr($1, 7) } / ttl 1, / && /proto TCP/ && /^[0-9]/ && !sent { sent = time }
       /10\.77\.1\.2 > 10\.77\.1\.1: ICMP time exceeded/ { if (!rtt) rtt = (time - sent) * 1e9 + 0.5 }
       END { printf "%d", rtt }')
is "the first round trip" "$(jq '.hops[0].probes[0].rtt_ms * 1e6 | round' <<< "$OUT")" "$first_rtt"

trace -n "$SERVER:80" --write open.pcap
is "not overwritten: exit status" "$STATUS" 2
like "not overwritten: message" "$ERR" 'open\.pcap .*--force'

# A file system that fills up.
mkdir disk
mount -t tmpfs -o size=4k tmpfs disk
trace -n -F "$SERVER:80" --write disk/full.pcap
is "full disk: exit status" "$STATUS" 1
is "full disk: the whole report" "$(text_hops)" "$(routers 9)"
like "full disk: message" "$ERR" '^tracetcp: cannot write disk/full\.pcap: No space left on device$'
none "full disk: what fits is whole" "$(whole disk/full.pcap)"

# end_by SIGNAL: sends it to a trace of the dropped port, once there is something in the file.
recorded() { [[ -s $1 ]] && (($(stat -c %s "$1") > 500)); }
end_by() {
  local signal=$1 file=$1.pcap
  ip netns exec client env --default-signal=INT \
    "$PROGRAM" -n --patient -t 30000 "$SERVER:135" --write "$file" > "$LAB_TMP/out" 2> "$LAB_TMP/err" &
  local pid=$!
  wait_for 5 recorded "$file" || bail "nothing is recorded: $(< "$LAB_TMP/err")"
  kill -"$signal" "$pid"
  STATUS=0
  wait "$pid" 2> /dev/null || STATUS=$?
  OUT=$(< "$LAB_TMP/out")
}
for signal in INT KILL; do
  end_by "$signal"
  none "SIG$signal: the file is whole" "$(whole "$signal.pcap")"
  ok "SIG$signal: it has SYNs and answers" test "$(packets "$signal.pcap" 'icmp[0] == 11')" -ge 1
done
end_by TERM
is "SIGTERM: exit status" "$STATUS" 130
# It may have more: answers that came while the report was being printed.
none "SIGTERM: the file has every hop that the report has" "$(comm -13 \
  <(tcpdump -n -r TERM.pcap 'icmp[0] == 11' 2> /dev/null | awk '{ print $3 }' | sort -u) \
  <(text_hops | tr ',' '\n' | awk '{ print $2 }' | sort -u))"

# A setuid program opens the file with its caller's rights, root with its own.
if lab_may_gain && setpriv --reuid=65534 --clear-groups true 2> /dev/null; then
  cp "$PROGRAM" "$LAB_TMP/tracetcp"
  chmod 4755 "$LAB_TMP/tracetcp"
  mkdir -m 777 anybody
  mkdir -m 700 root
  as_nobody() { on client setpriv --reuid=65534 --regid=65534 --clear-groups "$LAB_TMP/tracetcp" "$@"; }
  as_nobody -n -m 2 -p 1 "$SERVER:80" --write anybody/mine.pcap > /dev/null || true
  is "setuid: the file is its caller's" "$(stat -c %u anybody/mine.pcap)" 65534
  is "setuid: not where its caller may not write" \
    "$(as_nobody -n -m 2 -p 1 "$SERVER:80" --write root/mine.pcap 2>&1 | tail -n1)" \
    "tracetcp: cannot write root/mine.pcap: Permission denied"
  chown 65534 anybody
  chmod 755 anybody
  trace -n -m 2 -p 1 "$SERVER:80" --write anybody/root.pcap
  is "root writes in anybody's folder" "$STATUS" 0
else
  ok "setuid # SKIP no program gains privileges here" true
fi

done_testing
