#!/bin/bash
# What kernel routers do to SYNs, each found at its hop: drops, rejections, forged RSTs, a REDIRECT
# proxy, a SYN proxy, port forwarding, rewritten fields, TTLs set on the way, limited answers.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

# finding KIND: "AT CONFIDENCE" of the first finding of that kind in OUT.
finding() {
  jq -r --arg kind "$1" 'first(.findings[] | select(.kind == $kind))
    | "\(.at.ttl) \(.at.address) \(.confidence)"' <<< "$OUT"
}
# change FIELD: "BEFORE AFTER CONFIDENCE SENT QUOTED": the hops between which it changes.
change() {
  jq -r --arg field "$1" 'first(.findings[] | select(.field == $field))
    | "\(.at.ttl) \(.before.ttl) \(.confidence) \(.sent) \(.quoted)"' <<< "$OUT"
}
answered_by() { jq -r '.verdict | "\(.answered_by) \(.confidence)"' <<< "$OUT"; }
kinds() { jq -r '[.findings[].kind] | unique | join(" ")' <<< "$OUT"; }

lab_listen server 8081 8082 8083 8084 8085 8086 8087 8088
lab_leads_elsewhere
ip -n client address add 10.77.1.99/24 dev right

nft_on r2 <<'RULES'
table ip lab {
  chain forward {
    type filter hook forward priority 0;
    iifname "left" tcp dport 8083 ip saddr set 10.77.1.99
    iifname "right" ip daddr 10.77.1.99 ip daddr set 10.77.1.1
  }
}
RULES
nft_on r4 <<'RULES'
table ip lab {
  chain forward {
    type filter hook forward priority 0;
    iifname "left" tcp dport 8084 tcp option maxseg size set 1300
    iifname "left" tcp dport 8086 ip ttl set 64
    iifname "left" tcp dport 8087 ip ttl set 3
  }
}
RULES
# A SYN proxy: it accepts all connections to these ports, then asks the server.
nft_on r4 <<'RULES'
table ip proxy {
  chain before {
    type filter hook prerouting priority -300;
    iifname "left" tcp dport 8088-8090 tcp flags syn notrack
  }
  chain forward {
    type filter hook forward priority 0;
    tcp dport 8088-8090 ct state invalid,untracked synproxy mss 1460 wscale 7 timestamp sack-perm
    tcp dport 8088-8090 ct state invalid drop
  }
}
RULES
on r4 "$BASH" -c 'echo 0 > /proc/sys/net/netfilter/nf_conntrack_tcp_loose'
nft_on r7 <<'RULES'
table ip lab {
  chain forward {
    type filter hook forward priority 0;
    iifname "left" tcp dport 8085 ip dscp set af21
  }
}
RULES

trace --json -n -F "$SERVER:80"
is "plain routers: nothing is found" "$(kinds)" ""
is "plain routers: the target answers" "$(answered_by)" "target likely"
is "the way back is as long" "$(jq .verdict.return_hops <<< "$OUT")" 10
truth_is target@10

trace --json -n -F --control 80 "$SERVER:135"
is "silent drop" "$(finding blocked)" "6 10.77.6.2 certain"
truth_is nobody@10.77.6.2
trace --json -n -F --control 80 "$SERVER:136"
is "tcp-reset" "$(finding forged-reset)" "6 10.77.6.2 certain"
is "tcp-reset: who answered" "$(answered_by)" "forged-reset certain"
truth_is forged-reset@10.77.6.2
for port in 139 140 141 142 143 144; do
  trace --json -n -F "$SERVER:$port"
  is "rejection of port $port" "$(finding rejected)" "6 10.77.6.2 certain"
  truth_is router@10.77.6.2
done

trace --json -n -F --control 80 "$SERVER:8081"
is "REDIRECT proxy" "$(finding proxy)" "3 10.77.3.2 likely"
is "REDIRECT proxy: who answered" "$(answered_by)" "proxy likely"
truth_is proxy@10.77.3.2
for port in 8088 8089; do # the latter is closed
  trace --json -n -F --control 80 "$SERVER:$port"
  is "SYN proxy, port $port" "$(finding proxy)" "4 10.77.4.2 likely"
  is "SYN proxy, port $port: state" "$(jq -r .verdict.state <<< "$OUT")" open
  truth_is proxy@10.77.4.2
done
trace --json -n -F --no-control "$SERVER:8088"
is "SYN proxy, without another port" "$(finding proxy)" "4 10.77.4.2 likely"
is "SYN proxy, without another port: who answered" "$(answered_by)" "unknown not sure"
is "SYN proxy, without another port: in words" "$(jq -r .verdict.text <<< "$OUT")" \
  "Port 8088 is accepted by hop 4 (10.77.4.2) or beyond."
truth_is proxy@10.77.4.2
trace -n -s 8088 8090 "$SERVER"
is "SYN proxy, a scan" "$(grep -c OPEN <<< "$OUT") $(grep -v 'the capture lost' <<< "$ERR")" \
  "3 tracetcp: all 3 ports are accepted from 4 hops away: a SYN proxy on the way may accept every connection, and the target none; see where: tracetcp $SERVER:8088"
trace -n -s 8088 8091 "$SERVER"
is "SYN proxy, a scan with a port that is refused" "$(grep -c OPEN <<< "$OUT") $(grep -v 'the capture lost' <<< "$ERR")" "3 "
trace --json -n -F "$SERVER:8082"
is "port forwarding" "$(finding nat)" "5 $SERVER certain"
truth_is other nat@5
# The hops behind the translation answer in the target's name: that is not the target's place.
nft_on r9 <<< 'table ip quiet { chain forward { type filter hook forward priority 0; tcp dport 9001 drop; }; }'
nft_on r5 <<< 'add rule inet lab_elsewhere in iifname "left" tcp dport 8091 dnat ip to 10.77.10.2:9001'
for method in raw connect; do
  trace --json -n -F --method "$method" "$SERVER:8091"
  is "port forwarding to a dropped port, $method" "$(finding nat) $(jq -r .verdict.state <<< "$OUT")" "5 $SERVER certain silent"
done
nft_on r9 <<< 'delete table ip quiet'
trace --json -n -F "$SERVER:8083"
is "source address rewritten" "$(change 'source address')" "2 3 certain 10.77.1.1 10.77.1.99"
truth_is target@10 nat@10.77.2.2
trace --json -n -F "$SERVER:8084"
is "MSS clamped" "$(change MSS)" "4 5 certain 1460 1300"
is "MSS clamped: nothing else" "$(kinds)" change
truth_is target@10 change@10.77.4.2
trace --json -n -F "$SERVER:8085"
is "DSCP set" "$(change DSCP)" "7 8 certain 0 18"
truth_is target@10 change@10.77.7.2
trace --json -n -F "$SERVER:8086"
is "TTL raised" "$(finding ttl-set)" "4 10.77.4.2 not sure"
is "TTL raised: the target answers" "$(answered_by)" "target likely"
is "TTL raised: it is no proxy" "$(kinds)" ttl-set
truth_is target
trace --json -n -F "$SERVER:8087"
is "TTL lowered" "$(finding ttl-set)" "4 10.77.4.2 likely"
truth_is nobody

trace -n -F -r 135 144 "$SERVER"
like "all blocked ports in sentences" "$OUT" \
  $'\nPort 135: dropped behind hop 6 \\(10\\.77\\.6\\.2\\); port 1[34][0-9] is answered with a RST at hop '
like "a forged RST in a sentence" "$OUT" $'\nPort 136: the RST is forged at hop 6 \\(10\\.77\\.6\\.2\\)'
like "rejections in sentences" "$OUT" $'\nPort 139: rejected by hop 6 \\(10\\.77\\.6\\.2\\): '

trace -n -F --expect open "$SERVER:80"
is "--expect open" "$STATUS" 0
trace -n -F --expect closed "$SERVER:80"
is "--expect closed of an open port" "$STATUS" 3
trace -n -F --expect blocked --control 80 "$SERVER:136"
is "--expect blocked of a forged RST" "$STATUS" 0

# Masquerading that translates quotes back leaves no trace in them: nothing may be claimed.
lab_masquerade r1
trace --json -n -F "$SERVER:80"
is "masquerading is not seen, and nothing else" "$(kinds)" ""
truth_is target@10

# Where hops behind it answer from public addresses, they show that they got a public one to answer.
# answer_as PREFIX: the source address with which they do, or, without, their usual one.
answer_as() {
  local i hop
  for i in 2 3 4 5 6 7 8 9; do
    hop=(via "10.77.$i.1")
    if ((i == 2)); then hop=(dev left scope link); fi
    if (($#)); then
      ip -n "r$i" address add "$1.$i/32" dev lo
      hop+=(src "$1.$i")
    fi
    ip -n "r$i" route replace 10.77.2.0/24 "${hop[@]}"
  done
}
answer_as 100.20.113
trace --json -n -F "$SERVER:80"
is "masquerading before public hops" "$(jq -c '[.hops[1].probes[0].from, .verdict.state]' <<< "$OUT") $(finding private-source)" \
  '["100.20.113.2","open"] 1 10.77.1.2 not sure'
truth_is target@10
answer_as

nft_on r3 <<'RULES'
table ip quiet {
  chain out {
    type filter hook output priority 0;
    icmp type time-exceeded limit rate 1/second burst 1 packets accept
    icmp type time-exceeded drop
  }
}
RULES
trace --json -n -F --probes 10 "$SERVER:80"
is "limited answers" "$(finding rate-limit)" "3 10.77.3.2 likely"
truth_is target@10

done_testing
