#!/bin/bash
# A client with two uplinks: router 1 by "right", and g2 by "side", which leads to router 2. The SYNs
# of a flow leave as the kernel would send an application's, and answers are seen wherever they come
# in. What the kernel says of a flow is asked of ip(8) here. Run for each family.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

new_node g2
UPLINK=$(extra 80.1 1) UPSTREAM=$(extra 80.1 2) ALONE=$(extra 99.0 1)
ip -n client link add side type veth peer name left netns g2
ip -n g2 link add right type veth peer name g2 netns r2
give client "$UPLINK" side
ip -n client link set side up
give g2 "$UPSTREAM" left
give g2 "$(extra 80.2 1)" right
printf '%s\n' 'link set lo up' 'link set left up' 'link set right up' | ip -n g2 -batch -
route g2 add default via "$(extra 80.2 2)"
give r2 "$(extra 80.2 2)" g2
ip -n r2 link set g2 up
route r2 add "$(network 80.1)" via "$(extra 80.2 1)"
for i in 3 4 5 6 7 8 9; do
  for net in 80.1 80.2; do route "r$i" add "$(network "$net")" via "$(near "$i")"; done
  route "r$i" add "$(alone "$ALONE")" via "$(near "$i")"
done
for net in 80.1 80.2; do route r1 add "$(network "$net")" via "$(far 2)"; done
for node in client r1 r2 g2; do
  lab_settings "$node"
  for device in left right side g2; do
    on "$node" sysctl -qw "net.ipv4.conf.$device.rp_filter=0" 2> /dev/null || true
  done
done

by_right="1 $(far 1),2 $(far 2)"
by_up="1 $UPSTREAM,2 $(extra 80.2 2)"
path() { json_hops | cut -d, -f1-2; }
end() { jq -r '[.verdict.state, .verdict.from] | join(" ")' <<< "$OUT"; }
interface() { jq -r '.source.interface' <<< "$OUT"; }
# way_of_flow [bound]: by which interface the kernel sends the flow that OUT reports. Over IPv6 it chooses that before
# the connection has a source port, unless the source was bound before.
way_of_flow() {
  local from port target to
  read -r from port target to < <(jq -r '[.source.address, .source.port, .target.address, .target.port] | map(tostring) | join(" ")' <<< "$OUT")
  if [[ $FAMILY == 6 && ${1-} != bound ]]; then
    ip -n client route get "$target" ipproto tcp dport "$to"
  else
    ip -n client route get "$target" from "$from" ipproto tcp sport "$port" dport "$to"
  fi |
    sed -nE 's/.* dev ([^ ]+).*/\1/p'
}
# first_hop DEVICE: the address of the router there.
first_hop() { if [[ $1 == side ]]; then echo "$UPSTREAM"; else far 1; fi; }
both_ways() { # both_ways ARGUMENTS OF NEXTHOPS: two default routes of equal weight
  route client replace default "$@" nexthop via "$(far 1)" nexthop via "$UPSTREAM"
}
policy() { on client sysctl -qw "net.ipv$FAMILY.fib_multipath_hash_policy=$1"; }

IP=$(by_family ip ip6) # as nft names it
rule() { ip -n client "-$FAMILY" rule "$@"; }
# take NODE ADDRESS DEVICE: the node has it no more.
take() {
  local address=$2
  if [[ $address != */* ]]; then address+=$([[ $FAMILY == 4 ]] && echo /24 || echo /64); fi
  ip -n "$1" address del "$address" dev "$3"
}

# --- Two default routes, chosen by a hash over addresses and ports; providers drop foreign sources.
FIRST_NET=$(by_family 10.77.1.0/24 fd77:0:0:1::/64)
declare -A own=([r1]=$FIRST_NET [g2]=$(network 80.1))
for router in r1 g2; do
  nft_on "$router" <<RULES
table inet provider {
  counter foreign { }
  chain in {
    type filter hook prerouting priority -300;
    iifname "left" tcp flags syn $IP saddr != ${own[$router]} counter name foreign drop
  }
}
RULES
done
foreign() { # packets with the other provider's source that were dropped
  for router in r1 g2; do on "$router" nft -j list counters; done | jq -s '[.[].nftables[].counter | select(.) | .packets] | add'
}
both_ways
policy 1
for i in {11..18}; do give server "$(beside 10 "$i")" left; done
for method in raw link connect; do
  said="" expected="" ways=""
  for i in {11..18}; do
    trace --json -n -F -p 1 --method "$method" "$(beside 10 "$i")"
    said+="$(end) $(interface) $(path | cut -d, -f1),"
    expected+="open $(beside 10 "$i") $(way=$(ip -n client route get "$(beside 10 "$i")" ipproto tcp dport 80 | sed -nE 's/.* dev ([^ ]+).*/\1/p') && echo "$way 1 $(first_hop "$way")"),"
    ways+="$(interface) "
  done
  is "ECMP by ports, $method: each target by its way" "$said" "$expected"
  like "ECMP by ports, $method: both ways are taken" "$ways" '(side.*right|right.*side)'
done
is "ECMP by ports: nothing left by the wrong provider" "$(foreign)" 0
for method in raw link connect; do
  trace --json -n -F -p 1 --method "$method" --interface side "$(beside 10 11)"
  is "ECMP and --interface, $method" "$(path) $(end) $(interface)" "$by_up open $(beside 10 11) side"
done
trace --json -n -F -p 1 --source "$UPLINK" "$(beside 10 11)"
if [[ $FAMILY == 4 ]]; then
  is "ECMP and --source" "$(path) $(end) $(interface)" "$by_up open $(beside 10 11) side"
else # the kernel sends it by either way, of which one provider drops it
  is "ECMP and --source" "$(interface)" "$(way_of_flow bound)"
fi
for router in r1 g2; do on "$router" nft delete table inet provider; done

# --- The source address is on neither uplink, as where a host speaks BGP: the ports alone decide.
give client "$(alone "$ALONE")" lo
route r1 add "$ALONE" via "$(near 1)"
route r2 add "$ALONE" via "$(near 2)"
route g2 add "$ALONE" via "$UPLINK"
both_ways src "$ALONE"
ways=""
for method in raw link; do
  for i in {11..18}; do
    trace --json -n -F -p 1 --method "$method" "$(beside 10 "$i")"
    way=$(way_of_flow)
    ways+="$way "
    is "a source on lo, $method, $i: the flow's way" "$(interface) $(path | cut -d, -f1) $(end)" "$way 1 $(first_hop "$way") open $(beside 10 "$i")"
  done
done
like "a source on lo: both ways are taken" "$ways" '(side.*right|right.*side)'

# Each of many flows by its own way: the ports of a run, and the flows of --paths.
said="" expected=""
trace --json -n -F -p 1 -m 1 --method raw -r 8000 8015 "$SERVER"
runs=$OUT
while read -r OUT; do
  said+="$(jq -r '.hops[0].probes[0].from' <<< "$OUT") "
  expected+="$(first_hop "$(way_of_flow)") "
done <<< "$runs"
if [[ $FAMILY == 4 ]]; then
  is "each port of a run by its way" "$said" "$expected"
  like "both ways are taken" "$said" "$(dots "$UPSTREAM").*$(dots "$(far 1)")|$(dots "$(far 1)").*$(dots "$UPSTREAM")"
else # a raw socket has one way
  is "all ports of a run by the first one's way" "$(tr ' ' '\n' <<< "$said" | sort -u | sed '/^$/d')" "${expected%% *}"
  like "the report says so" "$(head -n 1 <<< "$runs" | jq -c .limits)" 'the kernel spreads these connections over .*; all SYNs leave by'
fi

# --paths: which flows it tries is chance, and so are their ways; each is attributed to its own.
trace --json -n --paths "$SERVER"
runs=$OUT expected=""
for port in $(jq -r '.paths.nodes[0].source_ports[]' <<< "$runs"); do
  OUT=$(jq -c ".source.port = $port" <<< "$runs")
  expected+="$port $(first_hop "$(way_of_flow)")"$'\n'
done
is "--paths: each flow by its own first router" \
  "$(jq -r '.paths.nodes[] | select(.ttl == 1) | .address as $a | .source_ports[] | "\(.) \($a)"' <<< "$runs" | sort)" \
  "$(sort <<< "${expected%$'\n'}")"

# --- Two gateways on one interface: a raw socket can't choose, frames can.
give client "$(extra 80.1 9)" side
give g2 "$(extra 80.1 3)" left
route client replace default src "$ALONE" nexthop via "$UPSTREAM" nexthop via "$(extra 80.1 3)"
for i in {11..14}; do
  trace --json -n -F -p 1 "$(beside 10 "$i")"
  is "two gateways on one interface, $i" "$(end) $(interface)" "open $(beside 10 "$i") side"
  like "two gateways on one interface, $i: method" "$(jq -r .method <<< "$OUT")" '^(raw|link)$'
done
take client "$(extra 80.1 9)" side
take g2 "$(extra 80.1 3)" left
policy 0
take client "$(alone "$ALONE")" lo

# --- Rules: by protocol and port, by source, of types that refuse.
route client replace default via "$(far 1)"
route client add default via "$UPSTREAM" table 100
rule add ipproto tcp dport 8080 lookup 100
trace -n --method raw "$AT:8080"
like "a rule for a port, raw" "$STATUS $ERR" "^1 tracetcp: a raw socket can't send by $UPSTREAM on side, .*; use --method link or connect"
for method in auto link connect; do
  trace --json -n -F -p 1 --method "$method" "$AT:8080"
  is "a rule for a port, $method" "$(path) $(end) $(interface)" "$by_up open $SERVER side"
  trace --json -n -F -p 1 --method "$method" "$AT:80"
  is "another port, $method" "$(path) $(end) $(interface)" "$by_right open $SERVER right"
done
trace -n -p 1 --control 80 "$AT:8080"
like "ports that leave from different addresses" "$STATUS $ERR" "^1 tracetcp: port 8080 is reached from $UPLINK by side, port 80 from $(near 1) by right; trace them apart"
is "it is one line" "$(wc -l < "$LAB_TMP/err")" 1
on client "$PROGRAM" --check "$AT:8080" > "$LAB_TMP/out" 2> "$LAB_TMP/err" || true
like "--check takes the rule" "$(< "$LAB_TMP/out")" $'interface *\tside .*source *\t'"$(dots "$UPLINK")"$'.*gateway *\t'"$(dots "$UPSTREAM")"
rule del ipproto tcp dport 8080 lookup 100

# --- Rules by mark. What the packet filter marks is routed anew, our SYNs as an application's; only
# frames pass by that, and the report says so. Sockets without a mark take the way of a VPN whose own
# packets are marked.
nft_on client <<RULES
table $IP marks {
  chain out {
    type route hook output priority -150;
    tcp dport 8080 meta mark set 1
  }
}
RULES
rule add fwmark 1 lookup 100
marked_way=$(ip -n client route get "$SERVER" mark 1 | sed -nE 's/.* dev ([^ ]+).*/\1/p')
is "a mark leads by the other interface" "$marked_way" side
for method in auto raw connect; do
  trace --json -n -F -p 1 --method "$method" "$AT:8080"
  is "marked by the packet filter, $method" "$(path | sed 's/^1 [0-9a-f.:]*//') $(end)" ",2 $(by_family "$(far 2)" "$(extra 80.2 2)") open $SERVER"
  like "marked by the packet filter, $method: the first hop is that interface's" "$(path)" "^1 ($(dots "$UPSTREAM")|$(dots "$(extra 80.2 1)")),"
done
trace -n -F -p 1 --method link "$AT:8080"
like "marked by the packet filter, link: what it passes by" "$OUT" "Method link: frames pass by this machine's own packet filter"
nft_on client <<< "delete table $IP marks"
rule del fwmark 1 lookup 100
rule add not fwmark 51820 lookup 100
for method in auto link connect; do
  trace --json -n -F -p 1 --method "$method" "$AT"
  is "a rule for what has no mark, $method" "$(path) $(end) $(interface)" "$by_up open $SERVER side"
done
rule del not fwmark 51820 lookup 100

rule add from "$UPLINK" lookup 100
for method in raw link connect; do
  trace --json -n -F -p 1 --method "$method" --source "$UPLINK" "$SERVER"
  is "a rule for a source, $method" "$(path) $(end) $(interface)" "$by_up open $SERVER side"
done
rule del from "$UPLINK" lookup 100

# refuses NAME REGEX: the trace and --check end with that one line.
refuses() {
  local what
  for what in -n --check; do
    trace "$what" "$SERVER"
    like "$1, $what" "$STATUS$ERR" "^1tracetcp: cannot reach $(dots "$SERVER"): $2"
    is "$1, $what: one line" "$(wc -l < "$LAB_TMP/err")" 1
  done
}
for type in prohibit blackhole; do
  rule add ipproto tcp dport 80 "$type"
  refuses "a rule of type $type" "a route or rule of type $type"
  trace --json -n -F -p 1 "$AT:8080"
  is "a rule of type $type spares other ports" "$(end)" "open $SERVER"
  rule del ipproto tcp dport 80 "$type"
  route client add "$type" "$SERVER"
  refuses "a route of type $type" "a route or rule of type $type"
  route client del "$type" "$SERVER"
done
route client add unreachable "$SERVER"
refuses "a route of type unreachable" "its route is of type unreachable"
route client del unreachable "$SERVER"
rule add to "$SERVER" unreachable
refuses "a rule of type unreachable" "Network is unreachable; .$(by_family ip 'ip -6') route. and .$(by_family ip 'ip -6') rule. show"
rule del to "$SERVER" unreachable
trace -n --source "$(by_family 127.0.0.1 ::1)" "$SERVER"
like "a source of the loopback" "$STATUS$ERR" "^1tracetcp: .*source address $(by_family 127.0.0.1 ::1) reaches this machine alone"

# --- Answers come by the other uplink.
route r2 replace "$FIRST_NET" via "$(extra 80.2 1)"
route g2 add "$(near 1)" via "$UPLINK"
for method in raw link; do
  trace --json -n -F --method "$method" "$SERVER"
  # Router 2 answers by the way back, as which it has that address.
  is "answers by another interface, $method" "$(json_hops) $(end) $(interface)" "$(routers 9 | sed "s/$(far 2)/$(by_family "$(extra 80.2 2)" "$(far 2)")/") open $SERVER right"
  is "answers by another interface, $method: none twice" "$(jq -c '.ignored.duplicate' <<< "$OUT")" null
done
trace --json -n -s 79 82 "$SERVER"
is "a scan, answers by another interface" "$(jq -r '"\(.target.port) \(.verdict.state)"' <<< "$OUT" | paste -sd,)" "79 closed,80 open,81 closed,82 closed"
route r2 replace "$FIRST_NET" via "$(near 2)"

# --- Two default routes with different metrics; a gateway beyond the subnet; a secondary address.
route client add default via "$UPSTREAM" metric 2000
for method in raw link connect; do
  trace --json -n -F -p 1 --method "$method" "$SERVER"
  is "the better metric, $method" "$(path) $(end)" "$by_right open $SERVER"
  trace --json -n -F -p 1 --method "$method" --interface side "$SERVER"
  is "--interface past the better metric, $method" "$(path) $(end)" "$by_up open $SERVER"
done
route client del default via "$UPSTREAM" metric 2000
ip -n client "-$FAMILY" address flush dev side scope global
give client "$(alone "$UPLINK")" side
route client replace default via "$UPSTREAM" dev side onlink
for method in raw link connect; do
  trace --json -n -F -p 1 --method "$method" "$SERVER"
  is "an unnumbered link, gateway onlink, $method" "$(path) $(end)" "$by_up open $SERVER"
done

# --- Of IPv4 alone: no address, and an IPv6 next hop.
if [[ $FAMILY == 6 ]]; then done_testing; fi
ip -n client -4 address flush dev side
ip -n client -4 address flush dev right
ip -n client route add 10.77.10.0/24 dev side
nft_on g2 <<'RULES'
table ip seen {
  counter syns { }
  chain in {
    type filter hook prerouting priority -300;
    iifname "left" meta l4proto tcp counter name syns
  }
}
RULES
refuses "no address" 'neither side nor another interface has an IPv4 address'
is "no address: nothing is sent" "$(on g2 nft -j list counters | jq '[.nftables[].counter | select(.) | .packets] | add')" 0
ip -n client route del 10.77.10.0/24 dev side
ip -n client address add 10.80.1.1/24 dev side
local_of() { ip -n "$1" -6 -j address show dev "$2" | jq -r '[.[].addr_info[]? | select(.scope == "link" and (.tentative | not)) | .local][0] // empty'; }
has_local() { [[ $(local_of "$1" "$2") ]]; }
if wait_for 30 has_local g2 left && wait_for 30 has_local client side; then
  next=$(local_of g2 left)
  ip -n client -4 route replace default via inet6 "$next" dev side
  for method in raw link connect; do
    ip -n client -6 neighbour flush dev side
    trace --json -n -F -p 1 --method "$method" "$SERVER"
    is "an IPv6 next hop, $method" "$(path) $(end)$ERR" "$by_up open $SERVER"
  done
  trace --check "$SERVER"
  like "an IPv6 next hop, --check" "$OUT" "gateway +"$'\t'"$next"$'\n.*--method link +\tyes: 10.77.10.2 answered'
  ip -n client -4 route replace default via inet6 fe80::dead dev side
  trace -n --method link "$SERVER"
  like "an IPv6 next hop that is not there" "$STATUS $ERR" '^1 tracetcp: fe80::dead does not answer neighbour solicitations on side'
else
  ok "an IPv6 next hop # SKIP no IPv6 here" true
fi

done_testing
