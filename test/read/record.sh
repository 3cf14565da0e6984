#!/bin/bash
# Makes the captures `router-*` and `peer-*` in pcaps/ anew, over the lab's kernel routers, with
# tcpdump, tracetcp, nmap, hping3 and mtr. Look at what changed before you commit it.
#   test/read/record.sh [NAME...]    only these; BUILD=DIR chooses the build
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [[ -z ${LAB_TMP_OUT-} ]]; then
  LAB_TMP_OUT=$(realpath "$here/../../pcaps") ONLY=" $* "
  export LAB_TMP_OUT ONLY
  exec "$here/../lab/shell" bash "$here/record.sh"
fi

wanted() { [[ $ONLY == '  ' || $ONLY == *" $1 "* ]]; }

# record NAME NODE TCPDUMP_ARGUMENTS -- COMMAND...: the command runs on the client.
record() {
  local name=$1 node=$2 words=() pid
  shift 2
  while [[ $1 != -- ]]; do words+=("$1") && shift; done
  wanted "$name" || return 0
  # A small snap length: the kernel's buffer holds more frames then. NFLOG has none of that.
  local how=(-U --immediate-mode --nano -s 256 -B 8192)
  if [[ ${words[*]} == *nflog* ]]; then how=(); fi
  ip netns exec "$node" tcpdump -Z root "${how[@]}" \
    -w "$LAB_TMP_OUT/$name.pcap" "${words[@]}" 2> /run/lab/tcpdump &
  pid=$!
  until grep -q 'listening on' /run/lab/tcpdump; do sleep 0.05; done
  on client "${@:2}" || true
  sleep 1 # for the last replies
  kill "$pid"
  wait "$pid" || true
  chmod 644 "$LAB_TMP_OUT/$name.pcap"
  echo "$name"
}
ours=("$PROGRAM" -n -F -p 2)
seen='tcp or icmp'

record router-any r3 -i any -y LINUX_SLL2 "$seen" -- "${ours[@]}" "$SERVER:80"
record router-any-sll r3 -i any -y LINUX_SLL "$seen" -- "${ours[@]}" "$SERVER:81"
record router-snaplen client -i right -s 70 "$seen" -- "${ours[@]}" "$SERVER:139"

record peer-nmap-traceroute client -i right "$seen" -- \
  nmap -n -Pn -sS --traceroute -p 80 "$SERVER"
record peer-nmap-scan client -i right "$seen" -- nmap -n -Pn -sS -p 80,81,135,139 "$SERVER"
record peer-hping3 client -i right "$seen" -- \
  hping3 -n -S -p 80 --traceroute -c 14 -i u100000 "$SERVER"
record peer-hping3-closed client -i right "$seen" -- \
  hping3 -n -S -p 81 --traceroute --tr-stop -c 30 -i u100000 "$SERVER"
record peer-mtr client -i right "$seen" -- mtr -n --tcp -P 80 -c 3 -i 0.3 --report "$SERVER"
record peer-mtr-closed client -i right "$seen" -- mtr -n --tcp -P 81 -c 2 -i 0.3 --report "$SERVER"
record router-ip-options client -i right "$seen" -- bash -c \
  "for ttl in 1 2 3 4 5 6; do hping3 -n -S -q -p 80 -s 4000 -k --rroute -t \$ttl -c 1 $SERVER > /dev/null 2>&1; done"

nft_on r4 <<'RULES'
table ip captures {
  chain out { type filter hook output priority 0; icmp type time-exceeded drop; }
}
RULES
record router-silent client -i right "$seen" -- "${ours[@]}" "$SERVER:80"
on r4 nft delete table ip captures

nft_on r4 <<'RULES'
table ip captures {
  chain in { type nat hook prerouting priority -100; iifname "left" tcp dport 8080 redirect to :3128; }
}
RULES
on r4 "$LISTEN" 3128 > /run/lab/proxy &
until grep -q ready /run/lab/proxy; do sleep 0.05; done
record router-proxy client -i right "$seen" -- "${ours[@]}" "$SERVER:8080"
on r4 nft delete table ip captures

nft_on r7 <<'RULES'
table ip captures {
  chain in { type nat hook prerouting priority -100; ip daddr 10.77.8.2 tcp dport 8081 dnat to 10.77.10.2:80; }
}
RULES
record router-dnat client -i right "$seen" -- "${ours[@]}" 10.77.8.2:8081
on r7 nft delete table ip captures

nft_on r1 <<'RULES'
table ip captures {
  chain out { type nat hook postrouting priority 100; oifname "right" masquerade; }
}
RULES
record router-nat-client client -i right "$seen" -- "${ours[@]}" "$SERVER:80"
record router-nat-any r1 -i any -y LINUX_SLL2 "$seen" -- "${ours[@]}" "$SERVER:80"
on r1 nft delete table ip captures

# Not every kernel has VLANs.
if wanted peer-vlan; then
  python3 "$here/vlan.py" "$LAB_TMP_OUT/peer-hping3.pcap" "$LAB_TMP_OUT/peer-vlan.pcap"
fi

# The trace of a peer in whatever carries it, several interfaces in one file, files that programs
# compressed, and an office's uplink.
out=$LAB_TMP_OUT
for kind in mpls pseudowire ipip gre gretap erspan geneve gtp dslite radiotap; do
  if wanted "wrap-$kind"; then
    python3 "$here/wrap.py" "$kind" "$out/closed-scamper.pcap" "$out/wrap-$kind.pcap"
  fi
done
if wanted mixed; then
  mergecap -w "$out/mixed.pcapng" "$out"/{closed-scamper,router-tun,router-any-sll}.pcap
fi
if wanted odd; then
  python3 "$here/pcapng.py" "$out/odd.pcapng" "$out"/{closed-scamper,router-tun,peer-hping3}.pcap
fi
if wanted compressed; then
  gzip -9nc "$out/closed-scamper.pcap" > "$out/closed-scamper.pcap.gz"
  zstd -q -19 -f "$out/closed-scamper.pcap" -o "$out/closed-scamper.pcap.zst"
fi
if wanted office; then
  python3 "$here/office.py" /run/lab/office
  gzip -9nc /run/lab/office > "$out/office.pcap.gz"
fi

# What the firewall of the client logs, which is what it sees of its own packets.
nft_on client <<'RULES'
table ip captures {
  chain out { type filter hook output priority 0; meta l4proto tcp log group 5; }
  chain in { type filter hook input priority 0; meta l4proto { tcp, icmp } log group 5; }
}
RULES
record router-nflog client -i nflog:5 -- "${ours[@]}" "$SERVER:81"
on client nft delete table ip captures

# A VXLAN between client and router 1, captured on the link that carries it.
number=1
for node in client r1; do
  link=$([[ $node == client ]] && echo right || echo left)
  on "$node" ip link add vx type vxlan id 5 dstport 4789 \
    local "10.77.1.$number" remote "10.77.1.$((3 - number))" dev "$link"
  on "$node" ip address add "10.79.1.$number/24" dev vx
  on "$node" ip link set vx up
  number=2
done
on client ip route replace "$SERVER/32" via 10.79.1.2
for i in {2..9}; do on "r$i" ip route add 10.79.0.0/16 via "10.77.$i.1"; done
on server ip route add 10.79.0.0/16 via 10.77.10.1
record router-vxlan client -i right udp port 4789 -- "${ours[@]}" --method raw "$SERVER:81"
on client ip route del "$SERVER/32"

# A link without link layer between client and router 1: two tun devices and a process at each.
for node in client r1; do
  near=client far=r1 last=1
  if [[ $node == r1 ]]; then near=r1 far=client last=2; fi
  ip netns exec "$node" python3 "$here/tun.py" tun5 "/run/lab/$near" "/run/lab/$far" &
  until on "$node" ip link show tun5 > /dev/null 2>&1; do sleep 0.05; done
  on "$node" ip address add "10.78.1.$last/24" dev tun5
  on "$node" ip link set tun5 up
done
on client ip route replace "$SERVER/32" via 10.78.1.2
for i in {2..9}; do on "r$i" ip route add 10.78.0.0/16 via "10.77.$i.1"; done
on server ip route add 10.78.0.0/16 via 10.77.10.1
record router-tun client -i tun5 "$seen" -- "${ours[@]}" "$SERVER:81"
