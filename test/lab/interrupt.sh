#!/bin/bash
# Ctrl-C and SIGTERM: what is known is printed, and the exit status says that it was cut short.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

# interrupt SIGNAL ARGUMENTS...: starts a trace to the dropped port, whose end is seconds away, and
# sends the signal once the trace is under way; sets OUT and STATUS.
interrupt() {
  local signal=$1
  shift
  : > "$LAB_TMP/out"
  count_syns
  # A shell starts background commands with SIGINT ignored; a terminal doesn't.
  ip netns exec client env --default-signal=INT "$PROGRAM" "$@" > "$LAB_TMP/out" 2> "$LAB_TMP/err" &
  local pid=$!
  case " $* " in
    *' --json '*) wait_for 5 seen_by_router ;; # JSON comes at the end: nothing to see before
    *) wait_for 5 grep -q 10.77.1.2 "$LAB_TMP/out" ;;
  esac || bail "the trace does not start: $(< "$LAB_TMP/err")"
  kill -"$signal" "$pid"
  STATUS=0
  wait "$pid" || STATUS=$?
  OUT=$(< "$LAB_TMP/out")
}
# Router 6 counts the SYNs of the next trace.
count_syns() {
  nft_on r6 <<'RULES'
table inet lab {
  chain watch {
    type filter hook forward priority -10;
  }
}
flush chain inet lab watch
add rule inet lab watch tcp dport 135 counter
RULES
}
seen_by_router() { on r6 nft list chain inet lab watch | grep -q 'packets [1-9]'; }

for signal in INT TERM; do
  interrupt "$signal" -n --patient -t 30000 "$SERVER:135"
  is "SIG$signal: exit status" "$STATUS" 130
  like "SIG$signal: the hops that are known" "$(text_hops)" '^1 10\.77\.1\.2'
done

interrupt INT --json -n --patient -t 30000 "$SERVER:135"
is "JSON: exit status" "$STATUS" 130
is "JSON: one whole object" "$(jq -r '.target.port' <<< "$OUT")" 135
like "JSON: the hops that are known" "$(json_hops)" '^1 10\.77\.1\.2,2 10\.77\.2\.2'

done_testing
