#!/bin/bash
# What each method needs and what is left of it while it runs: a setcap binary, capabilities and
# system calls of a trace under way, methods that somebody forbids.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"
cp "$PROGRAM" "$LAB_TMP/tracetcp" # where every user can read it

# status_of METHOD...: what /proc tells of a trace under way by that method.
status_of() {
  : > "$LAB_TMP/out"
  ip netns exec client "$PROGRAM" --method "$1" -n --patient -t 30000 "$SERVER:135" > "$LAB_TMP/out" 2> "$LAB_TMP/err" &
  local pid=$!
  wait_for 5 grep -q 10.77.1.2 "$LAB_TMP/out" || bail "the trace does not start: $(< "$LAB_TMP/err")"
  LAB_STATUS=$(< "/proc/$pid/status")
  kill -INT "$pid"
  kill "$pid"
  wait "$pid" || true
}
of_status() { sed -nE "s/^$1:[[:space:]]*//p" <<< "$LAB_STATUS"; }
filtered=2
if trace --verbose -n -m 1 "$SERVER" && [[ $ERR == *'calls are not filtered'* ]]; then filtered=0; fi
for method in raw link connect; do
  status_of "$method"
  for set in CapInh CapPrm CapEff CapBnd CapAmb; do
    is "$method: $set" "$(of_status "$set")" 0000000000000000
  done
  is "$method: no new privileges" "$(of_status NoNewPrivs)" 1
  is "$method: system calls are filtered where that is built in" "$(of_status Seccomp)" "$filtered"
done

# The one capability on the file is enough for any user.
if lab_may_gain && setcap cap_net_raw+ep "$LAB_TMP/tracetcp"; then
  as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  for method in raw link auto; do
    on client "${as_nobody[@]}" "$LAB_TMP/tracetcp" --json -n -F --method "$method" "$SERVER:80" > "$LAB_TMP/out" 2> "$LAB_TMP/err" || true
    OUT=$(< "$LAB_TMP/out")
    is "setcap: $method" "$(json_hops) $(verdict)$(< "$LAB_TMP/err")" "$(routers 9) open 10 $SERVER"
  done
  is "setcap: auto takes raw" "$(jq -r .method <<< "$OUT")" raw
else
  ok "setcap # SKIP no program gains privileges here" true
fi

# without WHAT ARGUMENTS...: the program where sockets of that kind are forbidden.
without() {
  local what=$1
  shift
  STATUS=0
  on client "$DENY" "$what" "$PROGRAM" "$@" > "$LAB_TMP/out" 2> "$LAB_TMP/err" || STATUS=$?
  OUT=$(< "$LAB_TMP/out") ERR=$(< "$LAB_TMP/err")
}
without raw --json -n -F --verbose "$SERVER:80"
is "raw forbidden: auto takes link" "$(jq -r .method <<< "$OUT") $(json_hops) $(verdict)" "link $(routers 9) open 10 $SERVER"
like "raw forbidden: it tells so" "$ERR" 'method raw passed over: '
without raw -n --method raw "$SERVER:80"
like "raw forbidden: --method raw says so" "$STATUS $ERR" '^1 tracetcp: no raw socket: .*not permitted'
without packet --json -n -F --verbose "$SERVER:80"
is "packet sockets forbidden: auto takes connect" "$(jq -r .method <<< "$OUT") $(json_hops) $(verdict)" "connect $(routers 9) open 10 $SERVER"
like "packet sockets forbidden: it tells of raw" "$ERR" 'method raw passed over: no permission to capture'
like "packet sockets forbidden: and of link" "$ERR" 'method link passed over: '
for method in raw link; do
  without packet -n --method "$method" "$SERVER:80"
  like "packet sockets forbidden: --method $method says so" "$STATUS $ERR" '^1 tracetcp: .*setcap cap_net_raw'
done

done_testing
