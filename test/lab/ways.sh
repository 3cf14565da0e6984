#!/bin/bash
# A client with two uplinks: router 1 by "right", and g2 by "side", which leads to router 2. The SYNs
# of a flow leave as the kernel would send an application's, and answers are seen wherever they come
# in. What the kernel says of a flow is asked of ip(8) here.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

ip netns add g2
ip -n client link add side type veth peer name left netns g2
ip -n g2 link add right type veth peer name g2 netns r2
printf '%s\n' 'address add 10.80.1.1/24 dev side' 'link set side up' | ip -n client -batch -
printf '%s\n' 'address add 10.80.1.2/24 dev left' 'address add 10.80.2.1/24 dev right' 'link set lo up' \
  'link set left up' 'link set right up' 'route add default via 10.80.2.2' | ip -n g2 -batch -
printf '%s\n' 'address add 10.80.2.2/24 dev g2' 'link set g2 up' 'route add 10.80.1.0/24 via 10.80.2.1' |
  ip -n r2 -batch -
for i in 3 4 5 6 7 8 9; do
  ip -n "r$i" route add 10.80.0.0/16 via "10.77.$i.1"
  ip -n "r$i" route add 10.99.0.1 via "10.77.$i.1"
done
ip -n r1 route add 10.80.0.0/16 via 10.77.2.2
for node in client r1 r2 g2; do
  lab_settings "$node"
  for device in left right side g2; do
    on "$node" sysctl -qw "net.ipv4.conf.$device.rp_filter=0" 2> /dev/null || true
  done
done

by_right="1 10.77.1.2,2 10.77.2.2"
by_up="1 10.80.1.2,2 10.80.2.2"
path() { json_hops | cut -d, -f1-2; }
end() { jq -r '[.verdict.state, .verdict.from] | join(" ")' <<< "$OUT"; }
interface() { jq -r '.source.interface' <<< "$OUT"; }
# way_of_flow: by which interface the kernel sends the flow that OUT reports.
way_of_flow() {
  local from port target to
  read -r from port target to < <(jq -r '[.source.address, .source.port, .target.address, .target.port] | map(tostring) | join(" ")' <<< "$OUT")
  ip -n client route get "$target" from "$from" ipproto tcp sport "$port" dport "$to" |
    sed -nE 's/.* dev ([^ ]+).*/\1/p'
}
# first_hop DEVICE: the address of the router there.
first_hop() { if [[ $1 == side ]]; then echo 10.80.1.2; else echo 10.77.1.2; fi; }
both_ways() { # both_ways ARGUMENTS OF NEXTHOPS: two default routes of equal weight
  ip -n client route replace default "$@" nexthop via 10.77.1.2 nexthop via 10.80.1.2
}
policy() { on client sysctl -qw "net.ipv4.fib_multipath_hash_policy=$1"; }

# --- Two default routes, chosen by a hash over addresses and ports; providers drop foreign sources.
for router in r1 g2; do
  nft_on "$router" <<RULES
table ip provider {
  counter foreign { }
  chain in {
    type filter hook prerouting priority -300;
    iifname "left" ip saddr != $([[ $router == g2 ]] && echo 10.80.1.0/24 || echo 10.77.1.0/24) counter name foreign drop
  }
}
RULES
done
foreign() { # packets with the other provider's source that were dropped
  for router in r1 g2; do on "$router" nft -j list counters; done | jq -s '[.[].nftables[].counter | select(.) | .packets] | add'
}
both_ways
policy 1
for i in {11..18}; do ip -n server address add "10.77.10.$i/24" dev left; done
for method in raw link connect; do
  said="" expected="" ways=""
  for i in {11..18}; do
    trace --json -n -F -p 1 --method "$method" "10.77.10.$i"
    said+="$(end) $(interface) $(path | cut -d, -f1),"
    expected+="open 10.77.10.$i $(way=$(ip -n client route get "10.77.10.$i" ipproto tcp dport 80 | sed -nE 's/.* dev ([^ ]+).*/\1/p') && echo "$way 1 $(first_hop "$way")"),"
    ways+="$(interface) "
  done
  is "ECMP by ports, $method: each target by its way" "$said" "$expected"
  like "ECMP by ports, $method: both ways are taken" "$ways" '(side.*right|right.*side)'
done
is "ECMP by ports: nothing left by the wrong provider" "$(foreign)" 0
for method in raw link connect; do
  trace --json -n -F -p 1 --method "$method" --interface side 10.77.10.11
  is "ECMP and --interface, $method" "$(path) $(end) $(interface)" "$by_up open 10.77.10.11 side"
done
trace --json -n -F -p 1 --source 10.80.1.1 10.77.10.11
is "ECMP and --source" "$(path) $(end) $(interface)" "$by_up open 10.77.10.11 side"
for router in r1 g2; do on "$router" nft delete table ip provider; done

# --- The source address is on neither uplink, as where a host speaks BGP: the ports alone decide.
ip -n client address add 10.99.0.1/32 dev lo
ip -n r1 route add 10.99.0.1 via 10.77.1.1
ip -n r2 route add 10.99.0.1 via 10.77.2.1
ip -n g2 route add 10.99.0.1 via 10.80.1.1
both_ways src 10.99.0.1
ways=""
for method in raw link; do
  for i in {11..18}; do
    trace --json -n -F -p 1 --method "$method" "10.77.10.$i"
    way=$(way_of_flow)
    ways+="$way "
    is "a source on lo, $method, $i: the flow's way" "$(interface) $(path | cut -d, -f1) $(end)" "$way 1 $(first_hop "$way") open 10.77.10.$i"
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
is "each port of a run by its way" "$said" "$expected"
like "both ways are taken" "$said" '10\.80\.1\.2.*10\.77\.1\.2|10\.77\.1\.2.*10\.80\.1\.2'

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
ip -n client address add 10.80.1.9/24 dev side
ip -n g2 address add 10.80.1.3/24 dev left
ip -n client route replace default src 10.99.0.1 nexthop via 10.80.1.2 nexthop via 10.80.1.3
for i in {11..14}; do
  trace --json -n -F -p 1 "10.77.10.$i"
  is "two gateways on one interface, $i" "$(end) $(interface)" "open 10.77.10.$i side"
  like "two gateways on one interface, $i: method" "$(jq -r .method <<< "$OUT")" '^(raw|link)$'
done
ip -n client address del 10.80.1.9/24 dev side
ip -n g2 address del 10.80.1.3/24 dev left
policy 0
ip -n client address del 10.99.0.1/32 dev lo

# --- Rules: by protocol and port, by source, of types that refuse.
ip -n client route replace default via 10.77.1.2
ip -n client route add default via 10.80.1.2 table 100
ip -n client rule add ipproto tcp dport 8080 lookup 100
trace -n --method raw "$SERVER:8080"
like "a rule for a port, raw" "$STATUS $ERR" "^1 tracetcp: a raw socket can't send by 10.80.1.2 on side, .*; use --method link or connect"
for method in auto link connect; do
  trace --json -n -F -p 1 --method "$method" "$SERVER:8080"
  is "a rule for a port, $method" "$(path) $(end) $(interface)" "$by_up open $SERVER side"
  trace --json -n -F -p 1 --method "$method" "$SERVER:80"
  is "another port, $method" "$(path) $(end) $(interface)" "$by_right open $SERVER right"
done
trace -n -p 1 --control 80 "$SERVER:8080"
like "ports that leave from different addresses" "$STATUS $ERR" '^1 tracetcp: port 8080 is reached from 10\.80\.1\.1 by side, port 80 from 10\.77\.1\.1 by right; trace them apart'
is "it is one line" "$(wc -l < "$LAB_TMP/err")" 1
on client "$PROGRAM" --check "$SERVER:8080" > "$LAB_TMP/out" 2> "$LAB_TMP/err" || true
like "--check takes the rule" "$(< "$LAB_TMP/out")" $'interface *\tside .*source *\t10\\.80\\.1\\.1.*gateway *\t10\\.80\\.1\\.2'
ip -n client rule del ipproto tcp dport 8080 lookup 100

ip -n client rule add from 10.80.1.1 lookup 100
for method in raw link connect; do
  trace --json -n -F -p 1 --method "$method" --source 10.80.1.1 "$SERVER"
  is "a rule for a source, $method" "$(path) $(end) $(interface)" "$by_up open $SERVER side"
done
ip -n client rule del from 10.80.1.1 lookup 100

# refuses NAME REGEX: the trace and --check end with that one line.
refuses() {
  local what
  for what in -n --check; do
    trace "$what" "$SERVER"
    like "$1, $what" "$STATUS$ERR" "^1tracetcp: cannot reach 10\\.77\\.10\\.2: $2"
    is "$1, $what: one line" "$(wc -l < "$LAB_TMP/err")" 1
  done
}
for type in prohibit blackhole; do
  ip -n client rule add ipproto tcp dport 80 "$type"
  refuses "a rule of type $type" "a route or rule of type $type"
  trace --json -n -F -p 1 "$SERVER:8080"
  is "a rule of type $type spares other ports" "$(end)" "open $SERVER"
  ip -n client rule del ipproto tcp dport 80 "$type"
  ip -n client route add "$type" "$SERVER"
  refuses "a route of type $type" "a route or rule of type $type"
  ip -n client route del "$type" "$SERVER"
done
ip -n client route add unreachable "$SERVER"
refuses "a route of type unreachable" "its route is of type unreachable"
ip -n client route del unreachable "$SERVER"
ip -n client rule add to "$SERVER" unreachable
refuses "a rule of type unreachable" 'Network is unreachable; .ip route. and .ip rule. show'
ip -n client rule del to "$SERVER" unreachable
trace -n --source 127.0.0.1 "$SERVER"
like "a source of the loopback" "$STATUS$ERR" '^1tracetcp: .*source address 127\.0\.0\.1 reaches this machine alone'

# --- Answers come by the other uplink.
ip -n r2 route replace 10.77.1.0/24 via 10.80.2.1
ip -n g2 route add 10.77.1.1 via 10.80.1.1
for method in raw link; do
  trace --json -n -F --method "$method" "$SERVER"
  # Router 2 answers by the way back, as which it has that address.
  is "answers by another interface, $method" "$(json_hops) $(end) $(interface)" "$(routers 9 | sed s/10.77.2.2/10.80.2.2/) open $SERVER right"
  is "answers by another interface, $method: none twice" "$(jq -c '.ignored.duplicate' <<< "$OUT")" null
done
trace --json -n -s 79 82 "$SERVER"
is "a scan, answers by another interface" "$(jq -r '"\(.target.port) \(.verdict.state)"' <<< "$OUT" | paste -sd,)" "79 closed,80 open,81 closed,82 closed"
ip -n r2 route replace 10.77.1.0/24 via 10.77.2.1

# --- Two default routes with different metrics; a gateway beyond the subnet; a secondary address.
ip -n client route add default via 10.80.1.2 metric 100
for method in raw link connect; do
  trace --json -n -F -p 1 --method "$method" "$SERVER"
  is "the better metric, $method" "$(path) $(end)" "$by_right open $SERVER"
  trace --json -n -F -p 1 --method "$method" --interface side "$SERVER"
  is "--interface past the better metric, $method" "$(path) $(end)" "$by_up open $SERVER"
done
ip -n client route del default via 10.80.1.2 metric 100
ip -n client -4 address flush dev side
ip -n client address add 10.80.1.1/32 dev side
ip -n client route replace default via 10.80.1.2 dev side onlink
for method in raw link connect; do
  trace --json -n -F -p 1 --method "$method" "$SERVER"
  is "an unnumbered link, gateway onlink, $method" "$(path) $(end)" "$by_up open $SERVER"
done

# --- No address, and an IPv6 next hop.
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
