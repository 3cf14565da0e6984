#!/bin/bash
# A link of 20 kbit/s behind router 4, whose queue holds the SYNs of several ports for more than a second
# and drops the rest; then one more on the way back. SYNs and answers get lost in bursts, also where
# each hop is asked but once, so that no loss is seen. Nothing that is not so may be called certain.
# Run for each family.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

# narrow NODE DEVICE
narrow() { on "$1" tc qdisc add dev "$2" root tbf rate 20kbit burst 1600 limit 3000 2> /dev/null; }

if ! narrow r4 right; then
  echo "1..0 # SKIP this kernel has no tbf"
  exit 0
fi

# wrong CONFIDENCE: what is said with that confidence of the ports in OUT, one trace a line, and is not so.
wrong() {
  jq -r --arg confidence "$1" '.target.port as $port
    | (if $port == 135 then "silent" elif $port == 139 then "rejected"
       elif $port == 80 or $port == 8080 then "open" else "closed" end) as $true
    | (.findings[]? | select(.confidence == $confidence)
       | select((.kind == "loss" and .at.ttl <= 4 and .before.ttl > 4
                 or $true == "silent" and .kind == "blocked" and .at.ttl == 6
                 or $true == "rejected" and .kind == "rejected" and .at.ttl == 6) | not)
       | "port \($port): \(.kind): \(.text)"),
      (.verdict | select(.confidence == $confidence and .state != $true) | "port \($port): \(.state)")' <<< "$OUT"
}

# lost: how many probes to the hops behind the link were not answered.
lost() { jq -s '[.[] | .hops[] | select(.ttl >= 5 and .ttl <= 9) | .probes[] | select(.reply == "none")] | length' <<< "$OUT"; }

# judge TITLE
judge() {
  none "$1: nothing wrong is called certain" "$(wrong certain)"
  wrong likely | sed 's/^/# likely: /'
}

trace --json -n -r 81 91 "$SERVER"
ok '11 closed ports: the link loses packets' test "$(lost)" -gt 0
judge '11 closed ports'
trace --json -n -p 1 "$AT:80,8080,81-86,135,139"
judge 'one SYN a hop, open, closed, dropped and rejected ports'
trace --json -n -F "$AT:80,8080,81-86,135,139"
judge 'all SYNs at once'
narrow r5 left
trace --json -n -r 81 91 "$SERVER"
judge 'both directions'

done_testing
