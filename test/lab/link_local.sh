#!/bin/bash
# What only IPv6 has: a gateway by its link-local address, targets on one link only, a path with the
# smallest MTU, several addresses, neighbours that have to be solicited, and NAT of this machine.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"
family 6

end() { jq -r '[.verdict.state, .verdict.from] | join(" ")' <<< "$OUT"; }
said() { jq -r .verdict.text <<< "$OUT"; }
local_of() { ip -n "$1" --json -6 address show dev "$2" scope link | jq -r '[.[].addr_info[].local // empty][0]'; }
GATEWAY=$(local_of r1 left) OURS=$(local_of client right)
ip -n client route replace default via "$GATEWAY" dev right

for method in raw link connect; do
  trace --json -n -F --method "$method" "$AT:80"
  is "a link-local gateway by $method" "$STATUS$ERR $(json_hops) $(verdict)" "0 $(routers 9) open 10 $SERVER"
  trace --json -n -F --method "$method" "$GATEWAY%right" 81
  is "a target by its link-local address and interface, by $method" \
    "$STATUS$ERR $(verdict) $(jq -r .source.address <<< "$OUT")" "0 closed 1 $GATEWAY $OURS"
done
trace --check --json "$AT:81"
is "--check names the gateway" "$(jq -r '.machine | [.interface, .source, .gateway] | join(" ")' <<< "$OUT")" \
  "right (Ethernet) fd77:0:0:1::1 $GATEWAY"
is "--check: all methods work" "$(jq -r '[.methods[].proved] | map(tostring) | join(" ")' <<< "$OUT")" "true true true"
trace -n --interface right -g "$GATEWAY" "$AT:80"
like "-g with a link-local gateway" "$OUT" "Connection established to $SERVER"

# The kernel knows no MAC of it.
ip -n client neighbour flush dev right
trace --json -n -F --method link "$AT:81"
is "the gateway is solicited" "$(json_hops) $(end)" "$(routers 9) closed $SERVER"
trace -n --method link "$(beside 1 99)"
like "nobody answers solicitations, link" "$STATUS $ERR" \
  "^1 tracetcp: fd77:0:0:1::99 does not answer neighbour solicitations on right; .ip -6 neighbour."
for method in raw connect; do
  trace --json -n -F -p 1 --method "$method" -t 300 "$(beside 1 88)"
  is "nobody answers solicitations, $method" "$STATUS $(verdict)" "1 unknown null null"
  like "nobody answers solicitations, $method: who" "$(said)" 'fd77:0:0:1::88 does not answer neighbour solicitations on right'
done

# Several addresses; the others come from two prefixes.
ip -n client address add fd77:0:0:1::7/64 dev right
ip -n client address add 2001:db8:7::1/64 dev right
for method in raw link connect; do
  trace --json -n -F --method "$method" --source fd77:0:0:1::7 "$AT:80"
  is "--source by $method" "$(json_hops) $(end) $(jq -r .source.address <<< "$OUT")" "$(routers 9) open $SERVER fd77:0:0:1::7"
done
trace --json -n -F "$AT:80"
kernels=$(ip -n client --json route get "$SERVER" | jq -r '.[0].prefsrc')
is "the source is the kernel's choice" "$(jq -r .source.address <<< "$OUT")" "$kernels"
trace -n --source 2001:db8::1 "$SERVER"
like "a source that is not ours" "$STATUS $ERR" '^1 tracetcp: source address 2001:db8::1 is not one of'

ip -n client address del 2001:db8:7::1/64 dev right

# The smallest MTU that IPv6 allows, on our link and on the way.
for node in client:right r1:left r4:right r5:left; do ip -n "${node%:*}" link set "${node#*:}" mtu 1280; done
for method in raw link connect; do
  trace --json -n -F --method "$method" "$AT:80"
  is "MTU 1280 by $method" "$(json_hops) $(end)" "$(routers 9) open $SERVER"
done

# A NAT and a firewall of this machine.
nft_on client <<'RULES'
table ip6 nat {
  chain own {
    type nat hook output priority -100;
    ip6 daddr 2001:db8:9::1 tcp dport 443 dnat to [fd77:0:0:10::2]:80
  }
}
table ip6 filter {
  chain own {
    type filter hook output priority 0;
    tcp dport 8080 drop
  }
}
RULES
trace --json -n -F --method raw '[2001:db8:9::1]:443'
is "a service address" "$(json_hops) $(verdict)" "$(routers 9) open 10 2001:db8:9::1"
is "the report says where the SYNs go" "$(jq -r '[.translated[].left.target.address] | unique | join(" ")' <<< "$OUT")" "$SERVER"
trace --json -n -F --method raw -t 300 "$AT:8080"
is "behind a local firewall" "$STATUS $(verdict)" "1 unknown null null"
like "behind a local firewall: says why" "$(said)" 'a firewall on this machine refuses them'

done_testing
