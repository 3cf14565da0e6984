#!/bin/bash
# The same ports traced by tcptraceroute, traceroute -T and us in the same network at the same time:
# where they are right, we say what they say. They are slow on a dropped port, so all run at once.
# shellcheck disable=SC2034 # lab.sh reads it: tcptraceroute insists on user id 0
LAB_ROOT=1
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"
needs tcptraceroute traceroute

running=()
for port in 80 81 135 139; do
  on client traceroute -6 -T -n -q1 -w1 -m 12 -p "$port" fd77:0:0:10::2 > "$LAB_TMP/traceroute6.$port" 2>&1 &
  running+=($!)
  on client tcptraceroute -n -q1 -w1 -m 12 "$SERVER" "$port" > "$LAB_TMP/tcptraceroute.$port" 2>&1 &
  running+=($!)
  on client traceroute -T -n -q1 -w1 -m 12 -p "$port" "$SERVER" > "$LAB_TMP/traceroute.$port" 2>&1 &
  running+=($!)
done
for port in 80 81 135 139; do
  trace --json -n -F -m 12 "$SERVER:$port"
  echo "$OUT" > "$LAB_TMP/tracetcp.$port"
  trace --json -n -F -m 12 "[fd77:0:0:10::2]:$port"
  echo "$OUT" > "$LAB_TMP/tracetcp6.$port"
done
for pid in "${running[@]}"; do wait "$pid" || true; done

# path FILE: "TTL ADDRESS" of each line with an answer, joined by commas.
path() { awk '$1 ~ /^[0-9]+$/ && $2 ~ /^[0-9a-f.:]+$/ { print $1 " " $2 }' "$1" | paste -sd,; }

for tool in tcptraceroute traceroute; do
  for port in 80 81 135; do
    OUT=$(< "$LAB_TMP/tracetcp.$port")
    ours=$(json_hops)
    [[ $port == 135 ]] || ours+=,$(jq -r '"\(.verdict.ttl) \(.verdict.from)"' <<< "$OUT")
    is "$port: the hops of $tool" "$ours" "$(path "$LAB_TMP/$tool.$port")"
  done
done

for port in 80 81 135; do
  OUT=$(< "$LAB_TMP/tracetcp6.$port")
  ours=$(json_hops)
  [[ $port == 135 ]] || ours+=,$(jq -r '"\(.verdict.ttl) \(.verdict.from)"' <<< "$OUT")
  is "IPv6, $port: the hops of traceroute" "$ours" "$(path "$LAB_TMP/traceroute6.$port")"
done
OUT=$(< "$LAB_TMP/tracetcp6.139")
is "IPv6: rejected at the hop that traceroute names" \
  "$(jq -r '"\(.verdict.ttl) \(.verdict.from)"' <<< "$OUT")" \
  "$(awk '/!X/ { print $1 - 1 " " $2 }' "$LAB_TMP/traceroute6.139")"
if type -P nmap > /dev/null; then
  on client nmap -6 -n -Pn -sS -p 80,81,135 -oG - fd77:0:0:10::2 > "$LAB_TMP/nmap" 2>&1
  trace --json -n -s 80,81,135 fd77:0:0:10::2
  is "IPv6: the ports as nmap says" \
    "$(jq -r '"\(.target.port)/\(.verdict.state)"' <<< "$OUT" | sed 's/silent/filtered/' | paste -sd,)" \
    "$(grep -o '[0-9]*/[a-z]*/tcp' "$LAB_TMP/nmap" | sed 's,/tcp,,' | paste -sd,)"
fi

# How each of them marks the end.
OUT=$(< "$LAB_TMP/tracetcp.80")
is "open, as tcptraceroute says" "$(jq -r .verdict.state <<< "$OUT")" \
  "$(grep -o 'open' "$LAB_TMP/tcptraceroute.80")"
OUT=$(< "$LAB_TMP/tracetcp.81")
is "closed, as tcptraceroute says" "$(jq -r .verdict.state <<< "$OUT")" \
  "$(grep -o 'closed' "$LAB_TMP/tcptraceroute.81")"
# The line with a mark; tcptraceroute may lose the first rejection and count one hop too many.
OUT=$(< "$LAB_TMP/tracetcp.139")
is "rejected by the router that tcptraceroute names" "$(jq -r .verdict.from <<< "$OUT")" \
  "$(awk '/!A/ { print $2 }' "$LAB_TMP/tcptraceroute.139")"
# traceroute prints the TTL of the SYN that was rejected, which that router would have forwarded.
is "rejected at the hop that traceroute names" \
  "$(jq -r '"\(.verdict.ttl) \(.verdict.from)"' <<< "$OUT")" \
  "$(awk '/!X/ { print $1 - 1 " " $2 }' "$LAB_TMP/traceroute.139")"

done_testing
