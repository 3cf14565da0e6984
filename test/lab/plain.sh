#!/bin/bash
# With no option but HOST:PORT the text names the cause and the hop, whatever happens to the port.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

# plain HOST:PORT: traces, and keeps the lines that are neither header nor rows of hops.
plain() {
  trace -n "$@"
  OUT=$(grep -vE '^([0-9]+\s+([0-9.]+ ms|\*)|Tracing|Over|$)' <<< "$OUT" || true)
}

lab_listen server 8081 8082
lab_leads_elsewhere

plain "$SERVER:80"
is "open" "$OUT" $'10\tDestination Reached in 0 ms. Connection established to 10.77.10.2\nTrace Complete.'
plain "$SERVER:81"
is "closed" "$OUT" $'10\tDestination Reached in 0 ms. Port closed on 10.77.10.2\nTrace Complete.'
plain "$SERVER:135"
is "dropped" "$OUT" "10 ... continues until maximum number of hops reached.
Port 135: dropped behind hop 6 (10.77.6.2); port 443 is answered with a RST at hop 10.
Trace Complete."
plain "$SERVER:136"
is "forged RST" "$OUT" $'7\tRST in 0 ms in the name of 10.77.10.2, not from it.
Port 136: the RST is forged at hop 6 (10.77.6.2), not sent by 10.77.10.2; port 443 is answered 10 hops away.
Trace Complete.'
plain "$SERVER:139"
is "rejected" "$OUT" $'6\t10.77.6.2 reports: administratively prohibited
Port 139: rejected by hop 6 (10.77.6.2): administratively prohibited.
Trace Complete.'
plain "$SERVER:8081"
is "proxy" "$OUT" $'3\tDestination Reached in 0 ms. Connection established to 10.77.10.2
Port 8081: accepted by a proxy at hop 3 (10.77.3.2), not by 10.77.10.2; port 443 is answered 10 hops away (likely).
Trace Complete.'
plain "$SERVER:8082"
is "NAT on the way" "$OUT" $'8\tDestination Reached in 0 ms. Connection established to 10.77.10.2
Port 8082: hop 5 (10.77.10.2) answers as the target itself and sends the SYN on: it is led to another machine there.
Port 8082 is open on 10.77.10.2, 8 hops away, in 0 ms.
Trace Complete.'
plain 10.77.10.99
is "dead host" "$(tail -n 2 <<< "$OUT")" \
  "Port 80: nothing answers beyond hop 9 (10.77.9.2), which reports for port 443: host unreachable (likely).
Trace Complete."

# Router 5 sends back what router 4 sends it.
ip -n r5 route replace 10.99.0.0/16 via 10.77.5.1
plain 10.99.0.1
is "loop" "$OUT" "Port 80: a routing loop: 10.77.4.2 and 10.77.5.2 pass the SYN to and fro from hop 4 on.
The hop limit was reached: hop 30 (10.77.4.2) still answers, in a routing loop.
Trace Complete."

# What the comparison costs: an open port two SYNs more.
trace --json -n "$SERVER:80"
with=$(jq .syns_sent <<< "$OUT")
is "open: the control is asked at the answer's hop and the one before" \
  "$(jq -c '[.control.port, [.control.hops[].ttl], .control.syns_sent]' <<< "$OUT")" '[443,[9,10],2]'
trace --json -n --no-control "$SERVER:80"
is "--no-control: nothing is compared" "$(jq -c '[.control, .syns_sent < $with]' --argjson with "$with" <<< "$OUT")" \
  '[null,true]'
trace --json -n "$SERVER:443"
is "port 443 is compared with port 80" "$(jq -c '[.verdict.state, .control.port]' <<< "$OUT")" '["closed",80]'
trace --json -n -m 7 "$SERVER:135"
is "the control stays within the hop limit" "$(jq '[.control.hops[].ttl] | max' <<< "$OUT")" 7

done_testing
