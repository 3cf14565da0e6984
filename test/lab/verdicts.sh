#!/bin/bash
# What a trace says of each kind of port: every hop with its address, and the verdict; the same in
# text and in JSON, with and without the default pacing, in both families.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

# port  routers that answer  state     TTL  from    the text ends with, IPv4   and IPv6 where that differs
cases='
80	9	open	10	server	Connection established to SERVER
81	9	closed	10	server	Port closed on SERVER
135	6	silent	6	router	Port 135: dropped behind hop 6 \(ROUTER\); 
136	6	closed	7	server	RST in [0-9]+ ms in the name of SERVER
139	6	rejected	6	router	ROUTER reports: administratively prohibited
140	6	rejected	6	router	ROUTER reports: host unreachable	ROUTER reports: address unreachable
141	6	rejected	6	router	ROUTER reports: net(work)? unreachable	ROUTER reports: no route
142	6	rejected	6	router	ROUTER reports: port unreachable
143	6	rejected	6	router	ROUTER reports: .*host.*prohibited	ROUTER reports: .*policy
144	6	rejected	6	router	ROUTER reports: .*net.*prohibited	ROUTER reports: reject route
'
# expected ADDRESS_KIND: that address.
address_of() { if [[ $1 == server ]]; then echo "$SERVER"; else far 6; fi; }
quoted_dots() { echo "${1//./\\.}"; }

for family in 4 6; do
  family "$family"
  while IFS=$'\t' read -r port hops state ttl from last last6; do
    [[ $port ]] || continue
    from=$(address_of "$from")
    if [[ $family == 6 && $last6 ]]; then last=$last6; fi
    last=${last//SERVER/$(quoted_dots "$SERVER")}
    last=${last//ROUTER/$(quoted_dots "$(far 6)")}
    name="IPv$family, $port"
    trace --json -n -F "$AT:$port"
    is "$name: hops" "$(json_hops)" "$(routers "$hops")"
    is "$name: verdict" "$(verdict)" "$state $ttl $from"
    is "$name: exit status and errors" "$STATUS:$ERR" 0:
    truth_is "$(lab_truth "$port")"

    trace -n -F "$AT:$port"
    is "$name: hops in text" "$(text_hops)" "$(routers "$hops")"
    like "$name: verdict in text" "$OUT" "$last"
    like "$name: last line" "$(tail -n1 <<< "$OUT")" '^Trace Complete\.$'
  done <<< "$cases"

  for port in 80 81 135 139; do
    trace --json -n "$AT:$port"
    IFS=$'\t' read -r _ hops state ttl from _ <<< "$(grep "^$port	" <<< "$cases")"
    is "IPv$family, $port: with default pacing" "$(json_hops) $(verdict)" "$(routers "$hops") $state $ttl $(address_of "$from")"
    truth_is "$(lab_truth "$port")"
  done
done

done_testing
