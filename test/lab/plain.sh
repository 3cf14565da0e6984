#!/bin/bash
# With no option but HOST:PORT the text names the cause and the hop, whatever happens to the port.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

# plain HOST:PORT: traces, and keeps the lines that are neither header nor rows of hops.
plain() {
  trace -n "$@"
  OUT=$(grep -vE '^([0-9]+\s+([0-9.]+ ms|\*)|Tracing|Over|$)' <<< "$OUT" || true)
}

# nowhere: one address that is on no link.
nowhere() { if [[ $FAMILY == 4 ]]; then echo 10.99.0.1/32; else echo fd77:0:0:99::1/128; fi; }

lab_listen server 8081 8082
lab_leads_elsewhere

plain_in() {
  family "$1"
  # Linux sends ICMP errors from the address towards their receiver, ICMPv6 errors from that which
  # the packet came in by. So router 4 has another one in each round of the loop.
  local with unreachable='host unreachable' begins=4 loop last
  loop="$(far 4) and $(far 5)" last=$(far 4)
  if [[ $FAMILY == 6 ]]; then
    unreachable='address unreachable' loop="$(far 5) and $(near 5)" begins=5
    last=$(near 5)
  fi
  plain "$AT:80"
  is "IPv$FAMILY: open" "$OUT" $'10\t'"Destination Reached in 0 ms. Connection established to $SERVER
Trace Complete."
  plain "$AT:81"
  is "IPv$FAMILY: closed" "$OUT" $'10\t'"Destination Reached in 0 ms. Port closed on $SERVER
Trace Complete."
  plain "$AT:135"
  is "IPv$FAMILY: dropped" "$OUT" "10 ... continues until maximum number of hops reached.
Port 135: dropped behind hop 6 ($(far 6)); port 443 is answered with a RST at hop 10.
Trace Complete."
  plain "$AT:136"
  is "IPv$FAMILY: forged RST" "$OUT" $'7\t'"RST in 0 ms in the name of $SERVER, not from it.
Port 136: the RST is forged at hop 6 ($(far 6)), not sent by $SERVER; port 443 is answered 10 hops away.
Trace Complete."
  plain "$AT:139"
  is "IPv$FAMILY: rejected" "$OUT" $'6\t'"$(far 6) reports: administratively prohibited
Port 139: rejected by hop 6 ($(far 6)): administratively prohibited.
Trace Complete."
  plain "$AT:8081"
  is "IPv$FAMILY: proxy" "$OUT" $'3\t'"Destination Reached in 0 ms. Connection established to $SERVER
Port 8081: accepted by a proxy at hop 3 ($(far 3)), not by $SERVER; port 443 is answered 10 hops away (likely).
Trace Complete."
  plain "$AT:8082"
  is "IPv$FAMILY: NAT on the way" "$OUT" $'8\t'"Destination Reached in 0 ms. Connection established to $SERVER
Port 8082: hop 5 ($SERVER) answers as the target itself and sends the SYN on: it is led to another machine there.
Port 8082 is open on $SERVER, 8 hops away, in 0 ms.
Trace Complete."
  plain "$(beside 10 99)"
  is "IPv$FAMILY: dead host" "$(tail -n 2 <<< "$OUT")" \
    "Port 80: nothing answers beyond hop 9 ($(far 9)), which reports for port 443: $unreachable (likely).
Trace Complete."

  # Router 5 sends back what router 4 sends it.
  ip -n r5 route replace "$(nowhere)" via "$(near 5)"
  plain "$(nowhere | sed 's|/.*||')"
  is "IPv$FAMILY: loop" "$OUT" "Port 80: a routing loop: $loop pass the SYN to and fro from hop $begins on.
The hop limit was reached: hop 30 ($last) still answers, in a routing loop.
Trace Complete."

  # What the comparison costs: an open port two SYNs more.
  trace --json -n "$AT:80"
  with=$(jq .syns_sent <<< "$OUT")
  is "IPv$FAMILY: open: the control is asked at the answer's hop and the one before" \
    "$(jq -c '[.control.port, [.control.hops[].ttl], .control.syns_sent]' <<< "$OUT")" '[443,[9,10],2]'
  trace --json -n --no-control "$AT:80"
  is "IPv$FAMILY: --no-control: nothing is compared" "$(jq -c '[.control, .syns_sent < $with]' --argjson with "$with" <<< "$OUT")" \
    '[null,true]'
  trace --json -n "$AT:443"
  is "IPv$FAMILY: port 443 is compared with port 80" "$(jq -c '[.verdict.state, .control.port]' <<< "$OUT")" '["closed",80]'
  trace --json -n -m 7 "$AT:135"
  is "IPv$FAMILY: the control stays within the hop limit" "$(jq '[.control.hops[].ttl] | max' <<< "$OUT")" 7
}

plain_in 4
plain_in 6
done_testing
