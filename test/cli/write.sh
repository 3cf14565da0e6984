#!/bin/bash
# --write in simulated networks: what tcpdump, which shares no code with the writer, makes of the
# files, and what happens where a file can't be written. Prints TAP:  write.sh PROGRAM NETWORK
set -euo pipefail
# shellcheck source=test/tap.sh
source "$(dirname "$0")/../tap.sh"
needs gojq tcpdump
export TZ=UTC LC_ALL=C
program=$(realpath "$1") network=$(realpath "$2")
expected=$(cd "$(dirname "$0")/expected" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

# run ARGUMENTS...: sets STATUS; output in out and err.
run() {
  STATUS=0
  "$program" "$@" --sim "$network" > out 2> err || STATUS=$?
}
# Reads a capture as a whole; says so where it can't.
whole() { tcpdump -n -r "$1" > /dev/null 2> tcpdump.err || cat tcpdump.err; }
packets() { tcpdump -n -r "$1" "${2-}" 2> /dev/null | wc -l; }

trace=(www.ebay.co.uk -m 3 -p 1)
run "${trace[@]}"
cp out report
run "${trace[@]}" --write small.pcap
ok "the report is the same" cmp out report
is "standard error is empty" "$(< err)" ""
is "readable by its user only" "$(stat -c %a small.pcap)" 600
# Magic number of nanoseconds, version 2.4, "ctrl" and "ttcp" in the fields that all readers ignore (the
# time zone, the accuracy of stamps): it compares by itself, and is ours, most bytes of a packet 262144, raw IP (101).
is "the file's header" "$(od -An -v -tx1 -N24 small.pcap | xargs)" \
  "4d 3c b2 a1 02 00 04 00 63 74 72 6c 74 74 63 70 00 00 04 00 65 00 00 00"
is "the first record's header: its time, 60 of 60 bytes" \
  "$(od -An -v -tu4 -j24 -N16 --endian=little small.pcap | xargs)" "1061251200 0 60 60"
ok "tcpdump prints what was sent and what came" diff \
  <(tcpdump -n -tt -v --nano -r small.pcap 2> /dev/null) "$expected/write.txt"
tcpdump --nano -r small.pcap -w copy.pcap 2> /dev/null
ok "tcpdump's copy is the same, byte for byte, but for the mark" cmp -i 16 small.pcap copy.pcap

run www.ebay.co.uk --json --write whole.pcap
is "as many SYNs as the report tells" "$(packets whole.pcap 'tcp[13] == 2')" "$(jq .syns_sent out)"
is "as many answers on the way" "$(packets whole.pcap 'icmp[0] == 11')" \
  "$(jq '[.hops[].probes[] | select(.reply == "time-exceeded")] | length' out)"

# A file that is there.
cp small.pcap before.pcap
run "${trace[@]}" --write small.pcap
is "not overwritten: exit status" "$STATUS" 2
like "not overwritten: message" "$(< err)" '^tracetcp: small\.pcap .*--force'
is "not overwritten: no report" "$(< out)" ""
ok "not overwritten" cmp small.pcap before.pcap
run www.ebay.co.uk -m 2 -p 1 --write small.pcap --force
is "--force: exit status" "$STATUS" 0
is "--force: another, smaller capture" "$(packets small.pcap)" 4

# A file that can't be written: the report is there all the same.
run "${trace[@]}" --force --write /dev/full
is "full disk: exit status" "$STATUS" 1
ok "full disk: the whole report" cmp out report
is "full disk: message" "$(< err)" "tracetcp: cannot write /dev/full: No space left on device"
(
  ulimit -f 1
  run www.ebay.co.uk --write limited.pcap
  echo "$STATUS" > status
)
is "file size limit: exit status" "$(< status)" 1
like "file size limit: message" "$(< err)" 'cannot write limited\.pcap: File too large'
like "file size limit: the report" "$(< out)" 'Trace Complete\.$'
none "file size limit: what fits is whole" "$(whole limited.pcap)"
run "${trace[@]}" --write nosuch/small.pcap
is "no such folder: exit status" "$STATUS" 1
like "no such folder: message" "$(< err)" 'nosuch/small\.pcap: No such file or directory'
run nosuch.example --write none.pcap
ok "what does not start leaves no file" test ! -e none.pcap

# Killed in the middle of writing.
for part in 1 2 3; do
  "$program" www.ebay.co.uk -nr 1 60000 --sim "$network" --write killed.pcap --force > /dev/null &
  until (($(stat -c %s killed.pcap 2> /dev/null || echo 0) > part * 100000)); do
    kill -0 $! 2> /dev/null || bail "the run ended before it was killed"
  done
  kill -KILL $!
  wait $! 2> /dev/null || true
  none "killed, the file is whole ($part)" "$(whole killed.pcap)"
  ok "killed, it has what was seen ($part)" test "$(packets killed.pcap)" -gt 1000
  rm killed.pcap
done

# All paths: a recording holds what is needed to find them again.
for host in balanced half-blocked nested lossy; do
  file=$(dirname "$network")/ecmp.toml
  [[ $host != lossy ]] || file=$(dirname "$network")/lossy.toml
  "$program" "$host" -n --paths --json --sim "$file" --write "$host.pcap" > live.json
  "$program" -n --paths --json --read "$host.pcap" > read.json
  is "all paths to $host, read again" "$(jq -c .paths read.json)" "$(jq -c .paths live.json)"
done

done_testing
