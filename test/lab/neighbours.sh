#!/bin/bash
# Nobody answers ARP or neighbour solicitations: a target on the link, a gateway, a target that is looked for on
# the wrong link, a target behind a router. Our own kernel's "host unreachable" is nobody's answer. Run for each
# family.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

said() { jq -r .verdict.text <<< "$OUT"; }
responders() { jq -c '[.hops[].probes[] | .from // empty] | unique' <<< "$OUT"; }
neighbour() { ip -n client neighbour flush dev right; }

ASKED=$(by_family ARP 'neighbour solicitations')

# dead NAME NEIGHBOUR DEVICE METHODS ARGUMENTS...: the trace names who does not answer.
dead() {
  local name=$1 who=$2 device=$3 methods=$4 method
  shift 4
  for method in $methods; do
    neighbour
    trace --json -n -F -p 1 --method "$method" "$@"
    is "$name, $method" "$STATUS $(verdict) $(responders)" "1 unknown null null []"
    like "$name, $method: who" "$(said)" "did not leave this machine: $(dots "$who") does not answer $ASKED on $device, so an application gets \"No route to host\""
  done
}
# shellcheck disable=SC2016 # for the inner shell to expand
application() { on client timeout 5 "$BASH" -c 'exec 3<> "/dev/tcp/$0/80"' "$1" 2>&1 | grep -o -m 1 'No route to host' || true; }

DEAD=$(beside 1 88)
dead "a target on the link" "$DEAD" right "auto raw connect" -t 300 "$DEAD"
trace -n --method link "$DEAD"
like "a target on the link, link" "$STATUS $ERR" "^1 tracetcp: $(dots "$DEAD") does not answer $ASKED on right"
is "an application says the same" "$(application "$DEAD")" "No route to host"
trace --json -n -s 80 81 "$DEAD"
is "a scan of a target on the link" "$STATUS $(jq -r .verdict.state <<< "$OUT" | paste -sd,)" "1 unknown,unknown"
like "a scan says who" "$(said)" "$(dots "$DEAD") does not answer $ASKED on right"
trace -n -p 1 -t 300 "$DEAD"
like "in words" "$OUT" "$(dots "$DEAD") does not answer $ASKED on right"

DEAD_GATEWAY=$(beside 1 99)
route client replace default via "$DEAD_GATEWAY"
dead "a gateway" "$DEAD_GATEWAY" right "auto raw" -t 300 "$SERVER"
dead "a gateway, whose silence the kernel reports" "$DEAD_GATEWAY" right connect -t 3500 -m 1 "$SERVER"
is "an application does not get through a dead gateway" "$(application "$SERVER")" "No route to host"

# With a second uplink all interfaces are captured on, so that our kernel's ICMP errors are seen.
ip -n client link add side type veth peer name other netns r9
give client "$(extra 80.1 1)" side
ip -n client link set side up
ip -n r9 link set other up
dead "a gateway, with two uplinks" "$DEAD_GATEWAY" right "auto connect" -t 3500 -m 1 "$SERVER"
dead "a target on the link, with two uplinks" "$DEAD" right raw -t 3500 -m 1 "$DEAD"
like "our kernel's error was seen" "$(on client "$PROGRAM" --json -n -p 1 -t 3500 -m 1 "$DEAD" | jq -c '.ignored."own-error"')" '^[1-9]'
route client replace default via "$(far 1)"

# Where no route leads there by that interface, the kernel looks for an IPv4 target on its link.
if [[ $FAMILY == 4 ]]; then
  dead "the wrong interface" "$SERVER" side "auto raw connect" -t 300 --interface side "$SERVER"
  trace --json -n -F -p 1 -t 300 --interface side "$SERVER"
  like "the wrong interface is named" "$(jq -r '.limits[-1]' <<< "$OUT")" "no route leads to $(dots "$SERVER") by side"
else
  for method in auto raw link connect; do
    trace -n -F --method "$method" --interface side "$SERVER"
    is "the wrong interface, $method" "$STATUS $OUT $(wc -l <<< "$ERR")" "1  1"
    like "the wrong interface, $method: why" "$ERR" "^tracetcp: cannot reach $SERVER by interface side: Network is unreachable; "
  done
fi
trace --json -n -F --interface right "$SERVER"
is "the right interface" "$(jq -c .limits <<< "$OUT") $(json_hops) $(verdict)" "null $(routers 9) open 10 $SERVER"
ip -n client link del side

# A neighbour that answers late is no dead one, and a filter that drops answers is no neighbour.
neighbour
trace --json -n -F "$SERVER"
is "a neighbour that has to be asked first" "$(jq -r .method <<< "$OUT") $(json_hops) $(verdict)" "raw $(routers 9) open 10 $SERVER"
nft_on r1 <<'RULES'
table inet lab {
  chain in {
    type filter hook prerouting priority -300;
    iifname "left" tcp flags syn drop
  }
}
RULES
trace --json -n -F -p 1 -t 300 "$SERVER"
is "SYNs that left are silent" "$STATUS $(verdict)" "0 silent null null"
on r1 nft delete table inet lab

# A router says so only when it has asked for three seconds.
trace -n -p 1 "$(beside 10 99)"
like "a host that is down: the way out is named" "$OUT" \
  "nothing answers beyond hop 9 \\($(dots "$(far 9)")\\), which reports for port 443: $(by_family host address) unreachable"
trace --json -n -p 1 --patient "$(beside 10 99)"
is "a host that is down, --patient" "$(verdict)" "rejected 9 $(far 9)"

done_testing
