#!/bin/bash
# Paths that are not all plain routers: a silent hop, a host that is down, a client behind NAT, and
# no path at all: this machine itself.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

# Behind NAT: router 1 puts its own address in place of the client's.
lab_masquerade r1
for port in 80:open 81:closed; do
  trace --json -n -F "$SERVER:${port%:*}"
  is "behind NAT, ${port#*:}" "$(json_hops) $(verdict)" "$(routers 9) ${port#*:} 10 $SERVER"
  truth_is target@10
done
trace --json -n -F "$SERVER:139"
is "behind NAT, rejected" "$(json_hops) $(verdict)" "$(routers 6) rejected 6 10.77.6.2"
truth_is router@10.77.6.2

# A silent hop: router 4 forwards, but never says that a packet ended there.
nft_on r4 <<'RULES'
table ip lab {
  chain out {
    type filter hook output priority 0;
    icmp type time-exceeded drop
  }
}
RULES
trace --json -n -F "$SERVER:80"
is "silent hop: the others and the verdict" "$(json_hops) $(verdict)" \
  "$(routers 9 | sed 's/4 10.77.4.2,//') open 10 $SERVER"
truth_is target@10
is "silent hop: its probes" \
  "$(jq -c '[.hops[] | select(.ttl == 4).probes[].reply] | unique' <<< "$OUT")" '["none"]'
trace -n -F "$SERVER:80"
like "silent hop in text" "$OUT" $'\n4\t\\*\t\\*\t\\*\tRequest timed out\\.\n5\t'

# A host that is down: router 9 asks for it in vain, and says so after three seconds.
trace --json -n -F 10.77.10.99:80
is "host down: silent beyond its router" "$(json_hops) $(verdict)" "$(routers 9 | sed 's/4 10.77.4.2,//') silent 9 10.77.9.2"
truth_is nobody@10.77.9.2
trace --json -n -F --patient -p 1 10.77.10.99:80
is "host down: with patience, unreachable" "$(verdict)" "rejected 9 10.77.9.2"
truth_is router@10.77.9.2
trace -n -F --patient -p 1 10.77.10.99:80
like "host down: with patience, in text" "$OUT" '10\.77\.9\.2 reports: host unreachable'

# This machine: no hop on the way.
lab_listen client 80
trace --json -n -F 127.0.0.1:80
is "loopback, open" "$(json_hops)/$(verdict)" "/open 1 127.0.0.1"
truth_is target@1
trace --json -n -F 127.0.0.1:81
is "loopback, closed" "$(json_hops)/$(verdict)" "/closed 1 127.0.0.1"
truth_is target@1
trace --json -n -F 10.77.1.1:80
is "own address, open" "$(json_hops)/$(verdict)" "/open 1 10.77.1.1"
truth_is target@1

done_testing
