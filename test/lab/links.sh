#!/bin/bash
# Ways out of the client that are not one Ethernet link with one gateway: -g, ARP and neighbour solicitations of
# our own, VLAN, bridge, tun, several addresses, a firewall that lets nothing in. Run for each family.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

path() { json_hops | cut -d, -f1-2; }
end() { jq -r '[.verdict.state, .verdict.from] | join(" ")' <<< "$OUT"; }

# A switch between the client and two gateways: router 1, and g2, which has another way to router 2.
new_node switch
new_node g2
ip -n switch link add br0 type bridge
ip -n switch link set br0 up
to_switch() { # to_switch NODE DEVICE: a link from there to the switch
  ip -n switch link add "to-$1-$2" type veth peer name "$2" netns "$1"
  ip -n switch link set "to-$1-$2" master br0 up
  ip -n "$1" link set "$2" up
}
to_switch client lan
to_switch r1 lan
to_switch g2 lan
to_switch g2 other
# Linux sends ICMP errors from the address towards their receiver, ICMPv6 errors from that which the packet came in by.
SECOND=$(far 2) SECOND_BY_OTHER=$(by_family "$(far 2)" "$(extra 81.0 2)")
CLIENT=$(extra 80.0 1) GATEWAY=$(extra 80.0 2) OTHER=$(extra 80.0 3)
give client "$CLIENT" lan
give r1 "$GATEWAY" lan
give g2 "$OTHER" lan
ip -n g2 link add right type veth peer name g2 netns r2
give g2 "$(extra 81.0 1)" right
ip -n g2 link set right up
give r2 "$(extra 81.0 2)" g2
ip -n r2 link set g2 up
ip -n g2 link set lo up
route g2 add default via "$(extra 81.0 2)"
for i in 2 3 4 5 6 7 8 9; do route "r$i" add "$(network 80.0)" via "$(near "$i")"; done
route client replace default via "$GATEWAY"
for node in g2 r1 r2 client; do lab_settings "$node"; done
for device in lan other right g2; do
  for node in g2 r1 r2 client; do
    on "$node" "$BASH" -c "cd /proc/sys/net/ipv4/conf; if [[ -d $device ]]; then echo 0 > $device/rp_filter; fi" 2> /dev/null || true
  done
done
# The first question for a MAC on a link that came up just now may be lost; the kernel asks again after a second.
finds_neighbour() {
  # shellcheck disable=SC2016 # the inner shell expands it
  on "$1" "$BASH" -c 'echo > "/dev/udp/$1/9"' ask "$2"
  ip -n "$1" neighbour show "$2" | grep -q lladdr
}
wait_for 10 finds_neighbour g2 "$(extra 81.0 2)" || bail "router 2 does not answer g2"

trace --json -n -F "$AT:80"
is "by the route's gateway" "$(path) $(end)" "1 $GATEWAY,2 $SECOND open $SERVER"
trace --json -n -F --method link "$AT:80"
is "--method link reaches the target by the same path" "$(path) $(end)" "1 $GATEWAY,2 $SECOND open $SERVER"
trace --json -n -F -g "$OTHER" "$AT:80"
is "-g: by the other gateway" "$(path) $(end) $(jq -r .method <<< "$OUT")" "1 $OTHER,2 $SECOND_BY_OTHER open $SERVER link"

# The kernel knows no MAC: a question of our own finds it. (The gateway knows ours, as the client's kernel
# would learn from its question.)
mac=$(ip -n client --json link show lan | jq -r '.[0].address')
ip -n g2 neighbour replace "$CLIENT" lladdr "$mac" dev lan nud permanent
ip -n client neighbour flush dev lan
trace --json -n -F -g "$OTHER" "$AT:81"
is "-g: its MAC is found by a question" "$(path) $(end)$ERR" "1 $OTHER,2 $SECOND_BY_OTHER closed $SERVER"
is "which is not the kernel's" "$(ip -n client neighbour show "$OTHER" | grep -c lladdr)" 0
ip -n g2 neighbour del "$CLIENT" dev lan
trace -n -g "$(extra 80.0 99)" "$SERVER"
like "nobody answers it" "$STATUS $ERR" \
  "^1 tracetcp: $(dots "$(extra 80.0 99)") does not answer $(by_family ARP 'neighbour solicitations') on lan; .ip $(by_family '' '-6 ')neighbour."
trace -n -g "$(extra 99.0 1)" "$SERVER"
like "a gateway on no link" "$STATUS $ERR" "^1 tracetcp: gateway $(dots "$(extra 99.0 1)") is not on a link"
LOOPBACK=$(by_family 127.0.0.1 ::1)
trace -n --method link "$LOOPBACK"
like "this machine itself" "$STATUS $ERR" "^1 tracetcp: $(dots "$LOOPBACK") is this machine itself.*--method raw"

# A gateway whose answers come from another MAC than it is sent to (HSRP, VRRP).
route g2 add "$(alone "$CLIENT")" dev other
trace --json -n -F -g "$OTHER" "$AT:80"
is "a gateway that answers from another MAC" "$(path) $(end)" "1 $OTHER,2 $SECOND_BY_OTHER open $SERVER"
route g2 del "$(alone "$CLIENT")" dev other

# Several addresses.
SEVENTH=$(extra 80.0 7) FOREIGN=$(by_family 192.0.2.1 2001:db8::1)
give client "$SEVENTH" lan
for method in raw link connect; do
  trace --json -n -F --method "$method" --source "$SEVENTH" "$AT:80"
  is "--source by $method" "$(path) $(end) $(jq -r .source.address <<< "$OUT")" "1 $GATEWAY,2 $SECOND open $SERVER $SEVENTH"
  trace -n --method "$method" --source "$FOREIGN" "$SERVER"
  like "a source that is not ours by $method" "$STATUS $ERR" "^1 tracetcp: source address $(dots "$FOREIGN") is not one of"
  trace --json -n -F --method "$method" --interface lan "$AT:80"
  is "--interface by $method" "$(path) $(end)" "1 $GATEWAY,2 $SECOND open $SERVER"
done

# A firewall that lets nothing in: a capture is before it, sockets are behind it.
nft_on client <<'RULES'
table inet lab {
  chain in {
    type filter hook input priority 0; policy drop;
    icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
  }
}
RULES
for method in raw link; do
  trace --json -n -F --method "$method" "$AT:81"
  is "default-deny firewall by $method" "$(path) $(end)" "1 $GATEWAY,2 $SECOND closed $SERVER"
done
if nft_on client 2> /dev/null <<'RULES'; then
add rule inet lab in ct state established,related accept
RULES
  trace --json -n -F --method connect "$AT:80"
  is "a firewall that lets answers in, by connect" "$(path) $(end)" "1 $GATEWAY,2 $SECOND open $SERVER"
fi
nft_on client <<< 'delete table inet lab'

# by_all NAME ADDRESS: first hop by that address, all methods.
by_all() {
  local method
  for method in raw link connect; do
    trace --json -n -F --method "$method" "$AT:80"
    is "$1 by $method" "$(path) $(end)$ERR" "1 $2,2 $SECOND open $SERVER"
  done
}
# link_to_r1 NET DEVICE: addresses for both ends, and the default route.
link_to_r1() {
  local i
  give client "$(extra "$1" 1)" "$2"
  give r1 "$(extra "$1" 2)" "$2"
  ip -n client link set "$2" up
  ip -n r1 link set "$2" up
  for i in 2 3 4 5 6 7 8 9; do route "r$i" add "$(network "$1")" via "$(near "$i")"; done
  route client replace default via "$(extra "$1" 2)"
}
# add_vlan NODE: its interface vlan7. Where the kernel has no VLANs, a program tags the frames.
add_vlan() {
  local line wire
  if ip -n "$1" link add link lan name vlan7 type vlan id 7 2> /dev/null; then return; fi
  exec {wire}< <(on "$1" "$VLAN" 7 lan vlan7)
  read -r line <&"$wire" && [[ $line == ready ]]
}
if add_vlan client && add_vlan r1; then
  link_to_r1 82.0 vlan7
  on switch tcpdump -i to-client-lan --immediate-mode -l -n -e "vlan 7 and dst host $SERVER" \
    > "$LAB_TMP/vlan" 2> "$LAB_TMP/vlan.log" &
  wait_for 5 grep -q 'listening on' "$LAB_TMP/vlan.log" || bail "tcpdump does not start"
  by_all VLAN "$(extra 82.0 2)"
  ok "the SYNs have its tag on the wire" wait_for 5 grep -qF 'Flags [S]' "$LAB_TMP/vlan"
else
  ok "VLAN # SKIP the kernel has none, and /dev/net/tun can't be opened" true
fi
if ip -n client link add br0 type bridge 2> /dev/null; then
  ip -n client address flush dev lan
  ip -n client link set lan master br0
  give client "$CLIENT" br0
  ip -n client link set br0 up
  route client replace default via "$GATEWAY"
  by_all bridge "$GATEWAY"
else
  ok "bridge # SKIP this kernel has none" true
fi
exec {wire}< <(exec "$TUN" tun-near tun-far 2> /dev/null)
if read -r -t 5 line <&"$wire" && [[ $line == ready ]]; then
  ip link set tun-near netns client name tun0
  ip link set tun-far netns r1 name tun0
  link_to_r1 83.0 tun0
  by_all tun "$(extra 83.0 2)"
  trace -n -g "$(extra 83.0 2)" "$SERVER"
  like "-g on a tun" "$STATUS $ERR" '^1 tracetcp: tun0 .*no gateway can be chosen'
else
  ok "tun # SKIP /dev/net/tun can't be opened" true
fi

done_testing
