#!/bin/bash
# --paths over IPv6 where a router's kernel spreads flows over two equal-cost routes: by addresses and flow
# label (net.ipv6.fib_multipath_hash_policy=0, as Linux does by default), then by ports (1).
#
#   client ── r1 ── r2 ── r3 ─┬─ r4 ─┬─ r5 ── ... ── server
#                             └─ x1 ─┘
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"
family 6

ip netns add x1
ip -n r3 link add tox1 type veth peer name left netns x1
ip -n x1 link add right type veth peer name ofx1 netns r5
printf '%s\n' 'address add fd77:0:1:1::1/64 dev tox1 nodad' 'link set tox1 up' | ip -n r3 -batch -
printf '%s\n' 'address add fd77:0:1:2::2/64 dev ofx1 nodad' 'link set ofx1 up' | ip -n r5 -batch -
printf '%s\n' 'address add fd77:0:1:1::2/64 dev left nodad' 'address add fd77:0:1:2::1/64 dev right nodad' \
  'link set left up' 'link set right up' 'link set lo up' \
  'route add default via fd77:0:1:2::2' 'route add fd77:0:0:1::/64 via fd77:0:1:1::1' | ip -n x1 -batch -
lab_settings x1
lab_settings r3
ip -n r3 -6 route replace default nexthop via "$(far 4)" nexthop via fd77:0:1:1::2

# policy N: what router 3 hashes.
policy() {
  on r3 "$BASH" -c "echo $1 > /proc/sys/net/ipv6/fib_multipath_hash_policy" || bail "no multipath hash policy here"
}
# at_hop N: who answers there, sorted.
at_hop() { jq -r "[.paths.nodes[] | select(.ttl == $1) | .address] | sort | join(\" \")" <<< "$OUT"; }
both_ways=$(printf '%s\n' "$(far 4)" fd77:0:1:1::2 | sort | paste -sd' ')

# searches: of six searches, how many find both ways as BY_LABEL says. One misses a way, or takes one
# balancer for the other, with 5 % probability at most, so fewer than three are in one of some ten
# thousand runs of this test.
searches() {
  local i right=0
  for ((i = 0; i < 6; ++i)); do
    trace --json -n -F --paths "$AT:80"
    [[ "$(at_hop 4) $(jq -c .paths.by_label <<< "$OUT")" != "$both_ways $1" ]] || right=$((right + 1))
  done
  echo "$right"
}

policy 0
right=$(searches true)
ok "a balancer that hashes the flow label (found: $right of 6)" test "$right" -ge 3
policy 1
right=$(searches null)
ok "a balancer that hashes ports (found: $right of 6)" test "$right" -ge 3

# In the flows of the search by ports the label is the same, each time it is one more (tcpdump).
ip -n r3 -6 route replace default via "$(far 4)"
capture_start r3 left
trace --json -n -F --paths --no-control "$AT:80"
capture_stop
is "one path where nothing balances" "$(jq -c '[.paths.paths, .paths.by_label]' <<< "$OUT")" '[1,null]'
ports=$(field port | sort -u | wc -l)
one_label=$(paste <(field label) <(field port) | sort -u | cut -f1 | sort | uniq -c | sort -rn | awk 'NR == 1 { print $1 }')
is "the ports of the first six flows have one label, the others one each" \
  "$one_label $(field label | sort -u | wc -l)" "6 $((ports - 5))"

done_testing
