# shellcheck shell=bash disable=SC2034 # the tests read some of the variables
# A network of real kernel routers for one test, gone when the test ends. A test begins with
#
#   source "$(dirname "$0")/lab.sh"
#
# and is called as TEST PROGRAM LISTEN: the tracetcp to test, and the program of listen.cpp, beside
# which those of the other .cpp files here lie. The first thing this file does is to start the test
# again in namespaces of its own (network, mounts, processes), without root if need be; so nothing
# outside is touched and nothing is left behind. Then it builds
#
#   client ── r1 ── r2 ── ... ── r9 ── server
#
# Link i is 10.77.i.0/24, its near end .1, its far end .2: the client is 10.77.1.1, the routers
# answer as 10.77.1.2 ... 10.77.9.2, the server is 10.77.10.2, where 80 and 8080 are open. Router 6
# has rules for ports (see lab_rules). The interfaces are called "left" and "right". IPv6 has the same
# numbers: link i is fd77:0:0:i::/64, so that the server is fd77:0:0:10::2.
#
# A test that holds for both families says `family 4` or `family 6` and takes its addresses from
# near, far and SERVER after that. One that meson.build names twice is run once for each: then
# LAB_FAMILY says which.
#
# Tests print TAP: use ok, is and like of ../tap.sh, and end with done_testing.
set -euo pipefail
# shellcheck source=test/tap.sh
source "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"
# shellcheck source=test/prove/said.sh
source "$(dirname "${BASH_SOURCE[0]}")/../prove/said.sh"
# shellcheck source=test/namespaces.sh
source "$(dirname "${BASH_SOURCE[0]}")/../namespaces.sh"

needs gojq ip nft tcpdump setpriv unshare setcap

LAB_ROUTERS=9

# near I / far I: the addresses of both ends of link I, in the family that family() chose.
near() { if [[ $FAMILY == 4 ]]; then echo "10.77.$1.1"; else echo "fd77:0:0:$1::1"; fi; }
far() { if [[ $FAMILY == 4 ]]; then echo "10.77.$1.2"; else echo "fd77:0:0:$1::2"; fi; }
# beside I HOST: another address on link I.
beside() { if [[ $FAMILY == 4 ]]; then echo "10.77.$1.$2"; else echo "fd77:0:0:$1::$2"; fi; }
# extra NET HOST: the same on a link that a test adds, whose number has two parts, as in 80.0.
extra() { if [[ $FAMILY == 4 ]]; then echo "10.$1.$2"; else echo "fd77:0:${1/./:a}::$2"; fi; }
# network NET: all addresses of such a link.
network() { if [[ $FAMILY == 4 ]]; then echo "10.$1.0/24"; else echo "fd77:0:${1/./:a}::/64"; fi; }
# give NODE ADDRESS DEVICE: the node gets that address, with the usual prefix or that which ADDRESS has.
give() {
  local address=$2 nodad=()
  if [[ $address != */* ]]; then address+=$([[ $FAMILY == 4 ]] && echo /24 || echo /64); fi
  if [[ $FAMILY == 6 ]]; then nodad=(nodad); fi
  ip -n "$1" address add "$address" dev "$3" "${nodad[@]}"
}
# alone ADDRESS: the network of that address alone.
alone() { if [[ $FAMILY == 4 ]]; then echo "$1/32"; else echo "$1/128"; fi; }
# route NODE ARGUMENTS...: ip route of the family.
route() { ip -n "$1" "-$FAMILY" route "${@:2}"; }
# by_family IPV4 IPV6: that of the family.
by_family() { if [[ $FAMILY == 4 ]]; then echo "$1"; else echo "$2"; fi; }
# literal TEXT: as a pattern for itself; dots ADDRESS: the same, as most have neither brackets nor more.
# shellcheck disable=SC2001 # which no expansion of a variable does
literal() { sed 's/[].[\^$*+?(){}|]/\\&/g' <<< "$1"; }
dots() { echo "${1//./\\.}"; }
# new_node NAME: a node without links.
new_node() {
  ip netns add "$1"
  # Else each address would be of no use for the second that the search for duplicates takes.
  on "$1" "$BASH" -c 'cd /proc/sys/net/ipv6/conf && echo 0 > all/accept_dad && echo 0 > default/accept_dad' 2> /dev/null || true
}
# with_port ADDRESS PORT: as the command line takes them.
with_port() { if [[ $FAMILY == 4 ]]; then echo "$1:$2"; else echo "[$1]:$2"; fi; }
# family 4|6: from now on, tests are of that family. AT is the server before its port.
family() {
  FAMILY=$1
  SERVER=$(far $((LAB_ROUTERS + 1)))
  AT=$SERVER
  if [[ $1 == 6 ]]; then AT="[$SERVER]"; fi
}
family "${LAB_FAMILY:-4}"

# --- namespaces ---------------------------------------------------------------------------------

# Root that may become another user needs no user namespace. Anybody else gets one, with all
# capabilities there but not as user 0: tcpdump would want to become another user then. A test that
# needs user 0 says LAB_ROOT=1 before it reads this file.
lab_enter() {
  local user='--user --map-user=1000 --map-group=1000 --keep-caps'
  if [[ ${LAB_ROOT-} ]]; then user='--user --map-root-user'; fi
  find_namespaces '--net --mount --pid --fork --kill-child --mount-proc' "$user" \
    'setpriv --reuid=65534 --clear-groups true' || skip_without_namespaces "$(basename "$0" .sh)"
  LAB_INSIDE=1 exec unshare "${NAMESPACES[@]}" "$BASH" "$0" "$@"
}

[[ ${LAB_INSIDE-} ]] || lab_enter "$@"
trap 'exit 130' INT TERM # the first process of a namespace gets no signal that it does not catch

PATH=$PATH:/usr/sbin:/sbin
PROGRAM=$(realpath "$1") LISTEN=$(realpath "$2")
DENY=${LISTEN%/*}/deny TUN=${LISTEN%/*}/tun VLAN=${LISTEN%/*}/vlan

# A user without any capability; where the test itself is not run by root, the same user without.
LAB_DROP=(setpriv --bounding-set=-all --inh-caps=-all --ambient-caps=-all)
if [[ $(id -u) == 0 ]]; then LAB_DROP+=(--reuid=65534 --regid=65534 --clear-groups); fi

# Whether a program can gain privileges by being started, as setuid and setcap ones do.
lab_may_gain() { [[ $(id -u) == 0 ]] && ! grep -q '^NoNewPrivs:.*1$' /proc/self/status; }

# on NODE COMMAND...: runs a command on a node of the lab.
on() { ip netns exec "$@"; }

# nft_on NODE < RULES
nft_on() { on "$1" nft -f -; }

lab_settings() {
  # shellcheck disable=SC2016 # for the inner shell to expand
  on "$1" "$BASH" -c '
    set_to() { if [[ -w $1 ]]; then echo "$2" > "$1"; fi; }
    cd /proc/sys/net/ipv4
    set_to ip_forward 1
    set_to icmp_ratelimit 0
    set_to icmp_msgs_per_sec 1000000
    set_to icmp_msgs_burst 1000000
    for device in all default left right; do
      if [[ -d conf/$device ]]; then set_to "conf/$device/rp_filter" 0; fi
    done
    cd /proc/sys/net/ipv6
    set_to conf/all/forwarding 1
    set_to icmp/ratelimit 0' 2>/dev/null || true
}

# lab_masquerade ROUTER: it puts its own address in place of the source's, towards the server.
lab_masquerade() {
  nft_on "$1" <<'RULES'
table ip lab {
  chain out {
    type nat hook postrouting priority 100;
    oifname "right" masquerade
  }
}
RULES
}

# lab_leads_elsewhere: router 3 sends port 8081 to a proxy of its own, router 5 sends port 8082 to another
# server, which is router 8.
lab_leads_elsewhere() {
  lab_listen r3 3128
  lab_listen r8 9000
  nft_on r3 <<'RULES'
table inet lab_elsewhere {
  chain in {
    type nat hook prerouting priority -100;
    iifname "left" tcp dport 8081 redirect to :3128
  }
}
RULES
  nft_on r5 <<'RULES'
table inet lab_elsewhere {
  chain in {
    type nat hook prerouting priority -100;
    iifname "left" tcp dport 8082 dnat ip to 10.77.8.2:9000
    iifname "left" tcp dport 8082 dnat ip6 to [fd77:0:0:8::2]:9000
  }
}
RULES
}

# What router 6 does to a port that it should forward.
lab_rules() {
  nft_on r6 <<'RULES'
table inet lab {
  chain forward {
    type filter hook forward priority 0;
    iifname "left" tcp dport 135 drop
    iifname "left" tcp dport 136 reject with tcp reset
    iifname "left" tcp dport 139 reject with icmp admin-prohibited
    iifname "left" tcp dport 140 reject with icmp host-unreachable
    iifname "left" tcp dport 141 reject with icmp net-unreachable
    iifname "left" tcp dport 142 reject with icmp port-unreachable
    iifname "left" tcp dport 143 reject with icmp host-prohibited
    iifname "left" tcp dport 144 reject with icmp net-prohibited
    iifname "left" tcp dport 139 reject with icmpv6 admin-prohibited
    iifname "left" tcp dport 140 reject with icmpv6 addr-unreachable
    iifname "left" tcp dport 141 reject with icmpv6 no-route
    iifname "left" tcp dport 142 reject with icmpv6 port-unreachable
    iifname "left" tcp dport 143 reject with icmpv6 policy-fail
    iifname "left" tcp dport 144 reject with icmpv6 reject-route
  }
}
RULES
}

lab_build() {
  mount -t tmpfs tmpfs /run
  mkdir -p /run/netns
  local nodes=(client) i j
  for ((i = 1; i <= LAB_ROUTERS; ++i)); do nodes+=("r$i"); done
  nodes+=(server)
  for i in "${nodes[@]}"; do new_node "$i"; done

  for ((i = 1; i < ${#nodes[@]}; ++i)); do
    local near=${nodes[i - 1]} far=${nodes[i]}
    ip -n "$near" link add right type veth peer name left netns "$far"
    printf '%s\n' "address add 10.77.$i.1/24 dev right" 'link set right up' 'link set lo up' \
      "address add fd77:0:0:$i::1/64 dev right nodad" | ip -n "$near" -batch -
    printf '%s\n' "address add 10.77.$i.2/24 dev left" 'link set left up' 'link set lo up' \
      "address add fd77:0:0:$i::2/64 dev left nodad" | ip -n "$far" -batch -
  done
  for ((i = 0; i <= LAB_ROUTERS; ++i)); do
    {
      echo "route add default via 10.77.$((i + 1)).2"
      echo "route add default via fd77:0:0:$((i + 1))::2"
      for ((j = 1; j < i; ++j)); do
        echo "route add 10.77.$j.0/24 via 10.77.$i.1"
        echo "route add fd77:0:0:$j::/64 via fd77:0:0:$i::1"
      done
    } | ip -n "${nodes[i]}" -batch -
  done
  ip -n server route add default via "10.77.$((LAB_ROUTERS + 1)).1"
  ip -n server route add default via "fd77:0:0:$((LAB_ROUTERS + 1))::1"
  for i in "${nodes[@]}"; do lab_settings "$i"; done
  lab_rules
  lab_listen server 80 8080
}

# lab_listen NODE PORT...: opens ports; returns when they are open.
lab_listen() {
  local line pipe
  exec {pipe}< <(exec ip netns exec "$1" "$LISTEN" "${@:2}")
  if ! read -r -t 5 line <&"$pipe" || [[ $line != ready ]]; then bail "no listener on $1"; fi
}

# --- waiting and watching -----------------------------------------------------------------------

# wait_for SECONDS COMMAND...: until the command succeeds; fails at the deadline.
wait_for() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.02
  done
}

# capture_start NODE DEVICE [FILTER]: from now on, all SYNs that pass there, or what the filter of tcpdump
# says, as `tcpdump -tt -n -vv` tells.
capture_start() {
  CAPTURE_NODE=$1
  rm -f "$LAB_TMP/capture" "$LAB_TMP/capture.log" # an earlier one says that it listens, too
  ip netns exec "$1" tcpdump -i "$2" --immediate-mode -s 2048 -B 8192 -l -tt -n -vv \
    "(${3:-tcp[tcpflags] & (tcp-syn | tcp-ack) = tcp-syn or (ip6 and ip6[6] = 6 and ip6[53] & 18 = 2)}) or udp port 9" \
    > "$LAB_TMP/capture" 2> "$LAB_TMP/capture.log" &
  CAPTURE_PID=$!
  wait_for 5 grep -qs 'listening on' "$LAB_TMP/capture.log" ||
    bail "tcpdump does not start: $(< "$LAB_TMP/capture.log")"
}

# one_a_line: what tcpdump -tt -v says, each packet on a line of its own.
one_a_line() { paste -sd' ' | sed -E 's/ ([0-9]{10}\.[0-9]+ IP6? )/\n\1/g'; }

# capture_stop: leaves one line per SYN (or SYN-ACK, where the filter lets it pass) in $LAB_TMP/syns. A
# datagram sent last is the sign that all before it has been written.
capture_stop() {
  on "$CAPTURE_NODE" "$BASH" -c 'echo end > /dev/udp/10.77.1.2/9'
  wait_for 5 grep -q '\.9: .*UDP' "$LAB_TMP/capture" || bail "tcpdump does not see the last packet"
  kill "$CAPTURE_PID"
  wait "$CAPTURE_PID" || true
  one_a_line < "$LAB_TMP/capture" | grep 'Flags \[S\.\?\]' > "$LAB_TMP/syns" || true
}

# field NAME: that field of each captured SYN, one a line.
field() {
  case $1 in
    time) sed -E 's/^([0-9.]+) .*/\1/' ;;
    ttl) sed -E 's/.* (ttl|hlim) ([0-9]+)[,)].*/\2/' ;;
    label) sed -E 's/.*\(flowlabel (0x[0-9a-f]+),.*/\1/' ;;
    id) sed -E 's/.*, id ([0-9]+),.*/\1/' ;;
    seq) sed -E 's/.* seq ([0-9]+),.*/\1/' ;;
    port) sed -E 's/.* [0-9a-f.:]+\.([0-9]+) > .*/\1/' ;;
    options) sed -E 's/.* options \[([^]]*)\].*/\1/' ;;
    tsval) sed -E 's/.*TS val ([0-9]+).*/\1/' ;;
  esac < "$LAB_TMP/syns"
}

# --- traces ---------------------------------------------------------------------------------------

# trace ARGUMENTS...: the program on the client; sets OUT, ERR and STATUS.
trace() {
  STATUS=0
  on client "$PROGRAM" "$@" > "$LAB_TMP/out" 2> "$LAB_TMP/err" || STATUS=$?
  OUT=$(< "$LAB_TMP/out") ERR=$(< "$LAB_TMP/err")
}

# json_hops / text_hops: "TTL ADDRESS" for each hop on the way that answered, in order, joined by
# commas; from --json and from the standard text in OUT.
json_hops() {
  jq -r '.verdict as $v
    | [.hops[]
       | select(($v.state | IN("silent", "incomplete", "rejected")) or .ttl < $v.ttl)
       | .ttl as $ttl
       | [.probes[] | select(.reply == "time-exceeded") | .from] | unique[]
       | "\($ttl) \(.)"] | join(",")' <<< "$OUT"
}
text_hops() {
  awk -F'\t' '$1 ~ /^[0-9]+$/ && $NF ~ /^[0-9a-f.:]+$/ { print $1 " " $NF }' <<< "$OUT" |
    paste -sd,
}

# verdict: "STATE TTL FROM" of the JSON in OUT.
verdict() { jq -r '[.verdict.state, .verdict.ttl, .verdict.from] | map(tostring) | join(" ")' <<< "$OUT"; }

# truth_is WHO@WHERE [CERTAIN]: what is true of the port of the trace in OUT, told by how the lab was
# made; ../prove/known.tsv has the words. scripts/prove holds it against what was said: the lines go
# to the file that LAB_SAID names, if it does.
truth_is() {
  [[ ${LAB_SAID-} ]] || return 0
  local port
  port=$(jq -r .target.port <<< "$OUT")
  said_beside "$(basename "$0") port $port" "$1" "${2--}" <<< "$OUT" >> "$LAB_SAID"
}

# lab_truth PORT: what is true of that port of the server, by lab_rules and lab_listen.
lab_truth() {
  case $1 in
    135) echo "nobody@$(far 6)" ;;
    136) echo "forged-reset@$(far 6)" ;;
    139 | 14[0-4]) echo "router@$(far 6)" ;;
    *) echo target@10 ;;
  esac
}

# routers N: what json_hops tells of the first N routers.
routers() {
  local i
  for ((i = 1; i <= $1; ++i)); do echo "$i $(far "$i")"; done | paste -sd,
}

# --- go -------------------------------------------------------------------------------------------

lab_build
LAB_TMP=/run/lab
mkdir "$LAB_TMP"
