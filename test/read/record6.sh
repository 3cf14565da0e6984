#!/bin/bash
# Makes the captures `ipv6-*` in pcaps/ anew, over the lab's kernel routers with IPv6 beside IPv4, with
# tcpdump, traceroute, scamper, nmap and mtr. Look at what changed before you commit it.
#   test/read/record6.sh [NAME...]    only these; BUILD=DIR chooses the build
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [[ -z ${LAB_TMP_OUT-} ]]; then
  LAB_TMP_OUT=$(realpath "$here/../../pcaps") ONLY=" $* "
  export LAB_TMP_OUT ONLY
  exec "$here/../lab/shell" bash "$here/record6.sh"
fi
out=$LAB_TMP_OUT

wanted() { [[ $ONLY == '  ' || $ONLY == *" $1 "* ]]; }

# Link N is 2001:db8:77:N::/64, its near end ::1, its far end ::2.
SERVER6=2001:db8:77:10::2
nodes=(client r1 r2 r3 r4 r5 r6 r7 r8 r9 server)
for i in {0..10}; do
  node=${nodes[i]}
  # shellcheck disable=SC2016 # for the inner shell to expand
  on "$node" bash -c '
    cd /proc/sys/net/ipv6
    echo 1 > conf/all/forwarding
    echo 0 > icmp/ratelimit
    for file in conf/*/disable_ipv6; do echo 0 > "$file"; done'
  if ((i > 0)); then ip -n "$node" address add "2001:db8:77:$i::2/64" dev left nodad; fi
  if ((i < 10)); then ip -n "$node" address add "2001:db8:77:$((i + 1))::1/64" dev right nodad; fi
done
for i in {0..10}; do
  node=${nodes[i]}
  if ((i < 10)); then ip -n "$node" route add default via "2001:db8:77:$((i + 1))::2"; fi
  for ((j = 1; j < i; ++j)); do ip -n "$node" route add "2001:db8:77:$j::/64" via "2001:db8:77:$i::1"; done
done
ip -n server route add default via 2001:db8:77:10::1
nft_on r6 <<'RULES'
table ip6 captures {
  chain forward {
    type filter hook forward priority 0;
    tcp dport 135 drop
    tcp dport 139 reject with icmpv6 type admin-prohibited
    tcp dport 140 reject with icmpv6 type no-route
    tcp dport 141 reject with icmpv6 type addr-unreachable
    tcp dport 142 reject with icmpv6 type port-unreachable
    tcp dport 143 reject with icmpv6 type policy-fail
    tcp dport 144 reject with icmpv6 type reject-route
    tcp dport 136 reject with tcp reset
  }
}
RULES
ip netns exec server python3 -c '
import socket
servers = []
for port in (80, 8080):
    server = socket.socket(socket.AF_INET6)
    server.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    server.bind(("::", port))
    server.listen(64)
    servers.append(server)
print("ready", flush=True)
import time
time.sleep(3600)' > /run/lab/server6 &
until grep -q ready /run/lab/server6; do sleep 0.05; done
# Neighbours are known before the first capture, as on any network in use.
on client bash -c "exec 3<> /dev/tcp/$SERVER6/8080"

# record NAME NODE TCPDUMP_ARGUMENTS -- COMMAND...: the command runs on the client; what it prints is
# left in NAME.out where it is a peer's traceroute.
record() {
  local name=$1 node=$2 words=() pid
  shift 2
  while [[ $1 != -- ]]; do words+=("$1") && shift; done
  wanted "$name" || return 0
  ip netns exec "$node" tcpdump -Z root -U --immediate-mode --nano -s 256 -B 8192 \
    -w "$out/$name.pcap" "${words[@]}" 2> /run/lab/tcpdump &
  pid=$!
  until grep -q 'listening on' /run/lab/tcpdump; do sleep 0.05; done
  on client "${@:2}" > /run/lab/printed || true
  sleep 1 # for the last replies
  kill "$pid"
  wait "$pid" || true
  case $name in *-butskoy | *-scamper) cp /run/lab/printed "$out/$name.out" && chmod 644 "$out/$name.out" ;; esac
  chmod 644 "$out/$name.pcap"
  echo "$name"
}
seen='tcp or icmp6'

port_of() { case $1 in open) echo 80 ;; closed) echo 81 ;; dropped-at-6) echo 135 ;; *) echo 139 ;; esac; }
for kind in open closed dropped-at-6 adminprohib-at-6; do
  record "ipv6-$kind-butskoy" client -i right "$seen" -- \
    traceroute -6 -n -T -p "$(port_of "$kind")" -w 1 -m 14 "$SERVER6"
  record "ipv6-$kind-scamper" client -i right "$seen" -- \
    scamper -I "trace -P tcp -d $(port_of "$kind") -w 1 -q 1 -g 5 $SERVER6"
done
record ipv6-nmap-scan client -i right "$seen" -- \
  nmap -6 -n -Pn -sS --max-retries 1 -p 80,81,135,136,139-144 "$SERVER6"
record ipv6-nmap-traceroute client -i right "$seen" -- nmap -6 -n -Pn -sS --traceroute -p 80 "$SERVER6"
record ipv6-mtr client -i right "$seen" -- mtr -6 -n --tcp -P 80 -c 2 -i 0.3 --report "$SERVER6"
record ipv6-any r3 -i any -y LINUX_SLL2 "$seen" -- traceroute -6 -n -T -p 80 -w 1 "$SERVER6"
record ipv6-snaplen client -i right -s 110 "$seen" -- \
  traceroute -6 -n -T -p 139 -w 1 -m 14 "$SERVER6"
# Both families in one file, at the same time.
# shellcheck disable=SC2153 # SERVER is the shell's
record ipv6-mixed client -i right "tcp or icmp or icmp6" -- bash -c \
  "traceroute -6 -n -T -p 80 -w 1 $SERVER6 & traceroute -4 -n -T -p 81 -w 1 $SERVER & wait"

nft_on r1 <<'RULES'
table ip6 nat66 {
  chain out { type nat hook postrouting priority 100; oifname "right" masquerade; }
}
RULES
record ipv6-nat66-client client -i right "$seen" -- traceroute -6 -n -T -p 80 -w 1 "$SERVER6"
record ipv6-nat66-any r1 -i any -y LINUX_SLL2 "$seen" -- traceroute -6 -n -T -p 80 -w 1 "$SERVER6"
on r1 nft delete table ip6 nat66
