#!/bin/bash
# Many ports over routers that limit their ICMP errors as Linux does by default: one a second and
# destination after a burst of six. A port is not called silent where a router was only tired.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

for router in r1 r2 r3 r4 r5 r6 r7 r8 r9; do
  on "$router" sh -c 'echo 1000 > /proc/sys/net/ipv4/icmp_ratelimit'
done

for pacing in '' -F; do
  trace --json -n -p 1 ${pacing:+"$pacing"} -r 125 136 "$SERVER"
  all=$OUT
  for port in {125..136}; do
    OUT=$(jq -c "select(.target.port == $port)" <<< "$all")
    case $port in
      135) expected="$(routers 6) silent 6 10.77.6.2" ;;
      136) expected="$(routers 6) closed 7 $SERVER" ;; # router 6 resets in its name
      *) expected="$(routers 9) closed 10 $SERVER" ;;
    esac
    is "port $port${pacing:+ with $pacing}" "$(json_hops) $(verdict)" "$expected"
  done
done

done_testing
