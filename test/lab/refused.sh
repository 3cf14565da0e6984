#!/bin/bash
# System calls that a service manager or a container refuses, and an interface that goes down: the
# program does without what it does not need.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

# without WHAT ARGUMENTS...: the program where that is refused.
without() {
  local what=$1
  shift
  STATUS=0
  on client "$DENY" "$what" "$PROGRAM" "$@" > "$LAB_TMP/out" 2> "$LAB_TMP/err" || STATUS=$?
  OUT=$(< "$LAB_TMP/out") ERR=$(< "$LAB_TMP/err")
}
whole="$(routers 9) open 10 $SERVER"
works() { jq -r '[.methods[] | .proved] | map(tostring) | join(" ")' <<< "$OUT"; }

for what in netlink netlinkbind unix inet6 fork capset prctl seccomp eventfd epoll sendmmsg bindtodevice \
  netlink,unix,inet6,eventfd,epoll,sendmmsg,bindtodevice,fork; do
  without "$what" --json -n -F "$SERVER:80"
  is "$what: auto" "$STATUS$ERR $(json_hops) $(verdict)" "0 $whole"
  without "$what" --json -n -F --method connect "$SERVER:80"
  is "$what: connect" "$STATUS$ERR $(json_hops) $(verdict)" "0 $whole"
  without "$what" --check --json "$SERVER"
  like "$what: --check" "$STATUS$ERR $(works)" '^0 (true|false) (true|false) true$'
done
for what in netlink netlinkbind fork capset prctl seccomp epoll sendmmsg bindtodevice; do
  without "$what" --json -n -F --method raw "$SERVER:80"
  is "$what: raw" "$STATUS$ERR $(json_hops) $(verdict)" "0 $whole"
done
without netlink --check "$SERVER"
like "netlink: --check says what is not known" "$OUT" $'interface *\tright .*source *\t10\\.77\\.1\\.1\ngateway *\tunknown'
without capset,seccomp -n "$SERVER"
like "neither capabilities nor system calls can be given up" "$STATUS $ERR" '^(1 tracetcp: cannot give up privileges|0 $)'
without sendmmsg --json -n -s 79 82 "$SERVER"
is "sendmmsg: a scan" "$(jq -r '"\(.target.port) \(.verdict.state)"' <<< "$OUT" | paste -sd,)" "79 closed,80 open,81 closed,82 closed"
without netlink -n --source 192.0.2.1 "$SERVER"
like "netlink: a source that is not ours" "$STATUS $ERR" '^1 tracetcp: source address 192\.0\.2\.1 is not one of'
without netlink --json -n -F --interface right "$SERVER"
is "netlink: --interface" "$(json_hops) $(verdict)" "$whole"
without netlink --json -n -p 1 127.0.0.1:9
is "netlink: this machine itself" "$STATUS $(verdict)" "0 closed 1 127.0.0.1"

# The interface is down for longer than the pause between two SYNs to one hop.
for method in raw link connect; do
  capture_start client right
  ip netns exec client "$PROGRAM" --json -n -p 5 --method "$method" "$SERVER:81" > "$LAB_TMP/out" 2> "$LAB_TMP/err" &
  pid=$!
  wait_for 5 grep -qF 'Flags [S]' "$LAB_TMP/capture" || bail "no SYN leaves"
  ip -n client link set right down
  sleep 0.7
  ip -n client link set right up
  ip -n client route replace default via 10.77.1.2
  STATUS=0
  wait "$pid" || STATUS=$?
  capture_stop
  OUT=$(< "$LAB_TMP/out")
  is "the interface goes down and up, $method" "$STATUS $(< "$LAB_TMP/err")$(json_hops) $(verdict)" "0 $(routers 9) closed 10 $SERVER"
  like "the last SYN to each hop is answered, $method" "$(jq -r '[.hops[].probes[-1].reply] | unique | join(" ")' <<< "$OUT")" '^rst time-exceeded$'
done
trace -n "$SERVER"
ip -n client route del default
without netlink -n "$SERVER"
like "netlink: no route" "$STATUS $ERR" '^1 tracetcp: cannot reach 10\.77\.10\.2: Network is unreachable; .ip route'

done_testing
