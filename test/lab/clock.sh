#!/bin/bash
# The real-time clock is set while a trace is under way: for the program alone, see step.cpp.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

STEP=${LISTEN%/*}/libstep.so
nft_on server <<'RULES'
table inet slow { chain in { type filter hook input priority 0; tcp dport 82 drop; }; }
RULES

# trace_over MS ARGUMENTS...: the clock is set by MS, 300 ms after the first packet.
trace_over() {
  rm -f "$LAB_TMP/stepped"
  STATUS=0
  LD_PRELOAD=$STEP LAB_STEP=$1 LAB_STEP_AFTER=300 LAB_STEP_DONE=$LAB_TMP/stepped \
    on client timeout 60 "$PROGRAM" "${@:2}" > "$LAB_TMP/out" 2> "$LAB_TMP/err" || STATUS=$?
  OUT=$(< "$LAB_TMP/out") ERR=$(< "$LAB_TMP/err")
}

# Answers without a time, and times that no path of this lab has.
wrong_times() {
  jq '[.hops[].probes[] | select(.reply != "none") | (.rtt_ms // -1) | select(. < 0 or . > 290)] | length' <<< "$OUT"
}
# Whether the probes of a hop kept their pauses: three of them half a second apart.
kept_pauses() { jq '.elapsed_ms > 1000' <<< "$OUT"; }

for step in 3600000 -3600000 200 -200; do
  for method in raw link connect; do
    trace_over "$step" --method "$method" --json -n "$SERVER:80"
    is "$step ms by $method: path" "$(json_hops) $(verdict)" "$(routers 9) open 10 $SERVER"
    is "$step ms by $method: every answer has its time" "$(wrong_times)" 0
    is "$step ms by $method: pauses, exit status, errors" "$(kept_pauses):$STATUS:$ERR" true:0:
    ok "$step ms by $method: stamps were changed" test -s "$LAB_TMP/stepped"
  done
  trace_over "$step" --json -n -s 60 90 "$SERVER"
  is "$step ms amid a scan" "$STATUS:$(grep -v 'the capture lost' <<< "$ERR"):$(jq -r '"\(.target.port) \(.verdict.state)"' <<< "$OUT" | grep -v closed | paste -sd,)" \
    "0::80 open,82 silent"
  is "$step ms amid a scan: every answer has its time" "$(wrong_times | sort -u)" 0
  ok "$step ms amid a scan: stamps were changed" test -s "$LAB_TMP/stepped"
  trace_over "$step" --json -n "$SERVER:82"
  is "$step ms, a silent port" "$(json_hops) $(verdict)" "$(routers 9) silent 9 10.77.9.2"
done

done_testing
