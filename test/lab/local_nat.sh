#!/bin/bash
# The client translates its own packets, or refuses them: service addresses, published ports, redirects
# to a proxy, SNAT, new source ports, firewalls. What an application gets is what its shell says. Run for each
# family.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

IP=$(by_family ip ip6) # as nft names it
SERVICE=$(extra 96.0 1) SECOND_SERVER=$(beside 10 3)
# at_service PORT: of the command line
at_service() { with_port "$SERVICE" "$1"; }

# application HOST PORT: "open" or "closed", as connect(2) ends.
application() {
  local said
  # shellcheck disable=SC2016 # for the inner shell to expand
  said=$(on client timeout 5 "$BASH" -c 'exec 3<> "/dev/tcp/$0/$1" && echo open' "$1" "$2" 2>&1) || true
  case $said in
    open) echo open ;;
    *refused*) echo closed ;;
    *) echo silent ;;
  esac
}
nat() { # nat HOOK < RULES: these alone are the client's NAT
  local priority=-100
  if [[ $1 == postrouting ]]; then priority=100; fi
  on client nft flush ruleset
  { printf "table $IP nat {\n chain own {\n type nat hook %s priority %s;\n" "$1" "$priority" && cat && printf '}\n}\n'; } | nft_on client
}
state() { jq -r '.verdict.state' <<< "$OUT"; }
end() { jq -r '[.verdict.state, .verdict.ttl] | map(tostring) | join(" ")' <<< "$OUT"; }
lefts() { # lefts KEY: what the SYNs left with, each once
  jq -r ".translated // [] | map(.left.$1.address) | unique | join(\" \")" <<< "$OUT"
}
scanned() { jq -r '"\(.target.port) \(.verdict.state)"' <<< "$OUT" | paste -sd,; }

give server "$SECOND_SERVER" left

# --- A service address: nobody on the way knows a route to it.
nat output <<RULES
$IP daddr $SERVICE tcp dport 443 dnat to $AT:80
$IP daddr $SERVICE tcp dport 444 dnat to $AT:81
$IP daddr $SERVICE tcp dport 445 dnat to $AT:135
$IP daddr $SERVICE tcp dport 446 dnat to $AT:139
RULES
for method in raw auto; do
  for port in 443 444; do
    trace --json -n -F --method "$method" "$(at_service "$port")"
    is "a service address, $method, port $port" "$STATUS$ERR $(json_hops) $(verdict)" \
      "0 $(routers 9) $(application "$SERVICE" "$port") 10 $SERVICE"
    truth_is other@10
    is "the report says where they go, $method, port $port" "$(lefts target)" "$SERVER"
    is "no finding, $method, port $port" "$(jq -c '[.findings[] | select(.kind != "return-path")]' <<< "$OUT")" "[]"
  done
  trace --json -n -F --method "$method" "$(at_service 445)"
  is "what drops it behind a service address, $method" "$(json_hops) $(end)" "$(routers 6) silent 6"
  truth_is "nobody@$(far 6)"
  trace --json -n -F --method "$method" "$(at_service 446)"
  is "what rejects it behind a service address, $method" "$(verdict)" "rejected 6 $(far 6)"
  truth_is "router@$(far 6)"
done
trace -n -F "$(at_service 443)"
like "text says it in one line" "$OUT" \
  $'10\tDestination Reached .*\nThis machine\'s NAT sends SYNs for '"$(literal "$(at_service 443)") to $(literal "$AT:80")\\."
trace --json -n -F --method connect "$(at_service 443)"
is "a service address, connect" "$(end)" "open 10"
like "connect does not blame a router" "$(jq -r '.findings[0].text' <<< "$OUT")" 'a NAT on this machine or at hop 1'
trace --json -n -s 443 444 "$SERVICE"
is "a scan of a service address" "$STATUS $(scanned)" "0 443 open,444 closed"
trace --json -n --paths "$(at_service 443)"
is "--paths to a service address" "$(jq -r '[.paths.nodes[] | select(.ttl > 0 and .ttl < 10) | "\(.ttl) \(.address)"] | join(",")' <<< "$OUT") $(end)" "$(routers 9) open 10"

# --- The source: another address, new ports, and both ends at once.
# A host answers solicitations for an address on the link's own interface alone.
OTHER_SOURCE=$(beside 1 77)
if [[ $FAMILY == 4 ]]; then
  ip -n client address add "$OTHER_SOURCE/32" dev lo
else
  ip -n client address add "$OTHER_SOURCE/128" dev right nodad preferred_lft 0
fi
nat postrouting <<< "oifname right snat to $OTHER_SOURCE"
for port in 80 81; do
  trace --json -n -F "$AT:$port"
  is "SNAT to another address, port $port" "$(json_hops) $(verdict) $(lefts source)" \
    "$(routers 9) $(application "$SERVER" "$port") 10 $SERVER $OTHER_SOURCE"
  truth_is target@10
done
trace --json -n -s 79 82 "$SERVER"
is "a scan with SNAT" "$STATUS $(scanned)" "0 79 closed,80 open,81 closed,82 closed"
trace --json -n -F "$AT:136"
like "SNAT hides no forged RST" "$(jq -r .verdict.text <<< "$OUT")" "^Port 136: the RST is forged at hop 6 \\($(dots "$(far 6)")\\)"
truth_is "forged-reset@$(far 6)"
for method in link connect; do
  trace --json -n -F --method "$method" "$SERVER"
  is "SNAT, $method" "$(json_hops) $(verdict)" "$(routers 9) open 10 $SERVER"
done
nat postrouting <<< 'oifname "right" masquerade fully-random'
for port in 80 81; do
  trace --json -n -F "$AT:$port"
  is "new source ports, port $port" "$(json_hops) $(verdict) $(lefts source)" \
    "$(routers 9) $(application "$SERVER" "$port") 10 $SERVER $(near 1)"
  truth_is target@10
done
trace --json -n -s 79 82 "$SERVER"
is "a scan with new source ports" "$STATUS $(scanned)" "0 79 closed,80 open,81 closed,82 closed"
trace -n -s 80 80 "$SERVER"
like "a scan says so in one line" "$ERR" "^tracetcp: this machine's NAT sends SYNs from $(literal "$(with_port "$(near 1)" '')")[0-9]+ instead of $(literal "$(with_port "$(near 1)" '')")[0-9]+\$"
nat output <<RULES
$IP daddr $SERVICE tcp dport 443 dnat to numgen random mod 2 map { 0 : $SERVER . 80, 1 : $SECOND_SERVER . 80 }
RULES
nft_on client <<RULES
table $IP masq {
  chain out {
    type nat hook postrouting priority 100;
    oifname "right" masquerade fully-random
  }
}
RULES
for _ in 1 2; do
  trace --json -n -F "$(at_service 443)"
  is "one of two targets, and a new source port" "$(json_hops) $(verdict)" "$(routers 9) open 10 $SERVICE"
  like "both ends are named" "$(lefts target) $(lefts source)" "^($SERVER|$SECOND_SERVER)( $SECOND_SERVER)? $(near 1)\$"
done

# --- A port of this machine that leads elsewhere.
nat output <<< "fib daddr type local tcp dport 9090 dnat to $AT:80"
for method in raw auto connect; do
  trace --json -n -F --method "$method" "$(with_port "$(near 1)" 9090)"
  is "a published port, $method" "$(end)" "$(application "$(near 1)" 9090) 10"
done
trace --json -n -F "$(with_port "$(near 1)" 9090)"
is "the way of a published port" "$(json_hops)" "$(routers 9)"

# --- A redirect to a proxy on this machine: the SYN does not leave by the interface of the route. The
# port is one that was not asked before, so that the kernel remembers no connection to it without NAT.
lab_listen client 15001
nat output <<< "$IP daddr != $(by_family 127.0.0.0/8 ::1) tcp dport 8080 redirect to :15001"
is "an application is redirected" "$(application "$SERVER" 8080)" open
trace --json -n -F --method raw -t 300 -p 1 "$AT:8080"
is "redirected, raw" "$STATUS $(verdict)" "1 unknown null null"
like "redirected, raw: what was seen, and the way out" "$(jq -r .verdict.text <<< "$OUT")" \
  'None of [0-9]+ SYNs was seen leaving this machine: .* NAT of its own .*, try --method connect\.$'
trace --json -n -F "$AT:8080"
is "redirected, auto" "$STATUS $(jq -r .method <<< "$OUT") $(verdict)" "0 connect open 1 $SERVER"
truth_is proxy@1
like "redirected, auto: says why" "$(jq -r '.limits[0]' <<< "$OUT")" 'SYNs by method raw were not seen leaving'
trace -n -F "$AT:8080"
is "redirected, auto: one header" "$(grep -c '^Tracing route' <<< "$OUT") $(grep -c '^Method connect: taken as' <<< "$OUT")" "1 1"
trace --json -n -F --control 81 "$AT:8080"
is "redirected, with a port that is not" "$(verdict)" "open 1 $SERVER"
is "redirected: nobody blocks" "$(jq -c '[.findings[].kind] | index("blocked")' <<< "$OUT")" null
like "redirected: where the proxy may be" "$(jq -r '.findings[0].text' <<< "$OUT")" 'on this machine or at hop 1'
trace --json -n -s 8079 8081 "$SERVER"
is "a scan with a redirected port" "$STATUS $(scanned)" "1 8079 closed,8080 unknown,8081 closed"
trace --json -n -p 1 --paths "$AT:8080"
is "redirected, all paths" "$STATUS $(verdict) $(jq -c .paths <<< "$OUT")" "1 unknown null null null"
for _ in 1 2 3; do # a frame of ours takes its time to get here, more than is waited for answers
  trace --json -n -p 1 -t 1 -m 1 -r 81 84 "$SERVER"
  is "short waits are no reason to change the method" "$STATUS $(jq -r .method <<< "$OUT" | sort -u)" "0 raw"
done
trace --json -n -F -p 1 -m 1 -r 8079 8081 "$SERVER"
is "a run with a redirected port" "$STATUS $(scanned)" "1 8079 incomplete,8080 unknown,8081 incomplete"
trace -n --expect open -F --method raw -t 300 -p 1 "$AT:8080"
is "--expect of what is not known" "$STATUS" 1

# --- The same where answers may come by two interfaces, all of which are captured on.
ip -n client link add side type veth peer name other netns r9
give client "$(extra 80.1 1)" side
ip -n client link set side up
ip -n r9 link set other up
trace --json -n -F "$AT:8080"
is "redirected, captured on all interfaces" "$(jq -r .method <<< "$OUT") $(verdict) $(lefts target)" "raw open 1 $SERVER $(by_family 127.0.0.1 ::1)"
nat postrouting <<< 'oifname "right" masquerade fully-random'
trace --json -n -F "$AT:81"
is "new source ports, captured on all interfaces" "$(json_hops) $(verdict)" "$(routers 9) closed 10 $SERVER"
ip -n client link del side

# --- Packet filters.
on client nft flush ruleset
for how in drop "reject with $(by_family icmp icmpv6) admin-prohibited"; do
  on client nft flush ruleset
  nft_on client <<RULES
table $IP filter {
  chain out {
    type filter hook output priority 0;
    tcp dport 8080 $how
  }
}
RULES
  for method in raw auto; do
    trace --json -n -p 3 --method "$method" --control 80 "$AT:8080"
    is "$how, $method" "$STATUS $(verdict) $(jq -c .findings <<< "$OUT")" "1 unknown null null []"
    # Else all three of each of 30 hops would be sent.
    is "$how, $method: SYNs that are refused are not waited for" "$(jq '.syns_sent < 90' <<< "$OUT")" true
    like "$how, $method: says why" "$(jq -r .verdict.text <<< "$OUT")" 'a firewall on this machine refuses them'
  done
  trace --json -n -s 8079 8081 "$SERVER"
  is "$how, a scan" "$STATUS $(scanned)" "1 8079 closed,8080 unknown,8081 closed"
done
trace --json -n -F -t 300 -p 1 --method connect "$AT:8080"
is "rejected here, connect" "$STATUS $(verdict)" "1 unknown null null"
like "rejected here, connect: says why" "$(jq -r .verdict.text <<< "$OUT")" 'a firewall on this machine refuses them \(administratively prohibited\)'

done_testing
