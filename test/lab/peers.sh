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
  on client tcptraceroute -n -q1 -w1 -m 12 "$SERVER" "$port" > "$LAB_TMP/tcptraceroute.$port" 2>&1 &
  running+=($!)
  on client traceroute -T -n -q1 -w1 -m 12 -p "$port" "$SERVER" > "$LAB_TMP/traceroute.$port" 2>&1 &
  running+=($!)
done
for port in 80 81 135 139; do
  trace --json -n -F -m 12 "$SERVER:$port"
  echo "$OUT" > "$LAB_TMP/tracetcp.$port"
done
for pid in "${running[@]}"; do wait "$pid" || true; done

# path FILE: "TTL ADDRESS" of each line with an answer, joined by commas.
path() { awk '$1 ~ /^[0-9]+$/ && $2 ~ /^[0-9.]+$/ { print $1 " " $2 }' "$1" | paste -sd,; }

for tool in tcptraceroute traceroute; do
  for port in 80 81 135; do
    OUT=$(< "$LAB_TMP/tracetcp.$port")
    ours=$(json_hops)
    [[ $port == 135 ]] || ours+=,$(jq -r '"\(.verdict.ttl) \(.verdict.from)"' <<< "$OUT")
    is "$port: the hops of $tool" "$ours" "$(path "$LAB_TMP/$tool.$port")"
  done
done

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
