#!/bin/bash
# What a trace says of each kind of port: every hop with its address, and the verdict; the same in
# text and in JSON, with and without the default pacing.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

# port  routers that answer  state     TTL  from            the text ends with
cases='
80      9                    open      10   10.77.10.2      Connection established to 10.77.10.2
81      9                    closed    10   10.77.10.2      Port closed on 10.77.10.2
135     6                    silent    6    10.77.6.2       Port 135: dropped behind hop 6 \(10\.77\.6\.2\); 
136     6                    closed    7    10.77.10.2      RST in [0-9]+ ms in the name of 10.77.10.2
139     6                    rejected  6    10.77.6.2       10.77.6.2 reports: administratively prohibited
140     6                    rejected  6    10.77.6.2       10.77.6.2 reports: host unreachable
141     6                    rejected  6    10.77.6.2       10.77.6.2 reports: net(work)? unreachable
142     6                    rejected  6    10.77.6.2       10.77.6.2 reports: port unreachable
143     6                    rejected  6    10.77.6.2       10.77.6.2 reports: .*host.*prohibited
144     6                    rejected  6    10.77.6.2       10.77.6.2 reports: .*net.*prohibited
'

while read -r port hops state ttl from last; do
  [[ $port ]] || continue
  trace --json -n -F "$SERVER:$port"
  is "$port: hops" "$(json_hops)" "$(routers "$hops")"
  is "$port: verdict" "$(verdict)" "$state $ttl $from"
  is "$port: exit status and errors" "$STATUS:$ERR" 0:
  truth_is "$(lab_truth "$port")"

  trace -n -F "$SERVER:$port"
  is "$port: hops in text" "$(text_hops)" "$(routers "$hops")"
  like "$port: verdict in text" "$OUT" "$last"
  like "$port: last line" "$(tail -n1 <<< "$OUT")" '^Trace Complete\.$'
done <<< "$cases"

for port in 80 81 135 139; do
  trace --json -n "$SERVER:$port"
  read -r _ hops state ttl from _ <<< "$(grep "^$port " <<< "$cases")"
  is "$port: with default pacing" "$(json_hops) $(verdict)" "$(routers "$hops") $state $ttl $from"
  truth_is "$(lab_truth "$port")"
done

done_testing
