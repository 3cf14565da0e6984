#!/bin/bash
# Many traces where 20 % of the packets get lost: those that router 4 forwards, the routers' own ICMP
# errors, or both. Each is held against what tcpdump saw of its SYNs beside it: no hop that is not
# there, and no time that belongs to another SYN. LOSS_RUNS: how many of each kind (default 12);
# scripts/prove-loss has 200. Prints a table.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

RUNS=${LOSS_RUNS:-12}
TOGETHER=12 # traces that run side by side
LENGTH=10   # the server's TTL

# lose PART: what gets lost from now on, in percent, by chance.
lose() {
  local i
  for i in {1..9}; do
    on "r$i" nft delete table ip loss 2> /dev/null || true
    if [[ $1 != forwarded ]]; then
      nft_on "r$i" <<'RULES'
table ip loss { chain own { type filter hook output priority 0; ip protocol icmp numgen random mod 100 < 20 drop; }; }
RULES
    fi
  done
  if [[ $1 != icmp ]]; then
    nft_on r4 <<'RULES'
table ip loss { chain passing { type filter hook forward priority 10; numgen random mod 100 < 20 drop; }; }
RULES
  fi
}

# What tcpdump saw: for each of the client's ports the time that a SYN-ACK took since the last SYN
# before it that can get to the server, in ms. On this path that is the one that made the server send
# it, unless the server's timer did: then it is far longer than any round trip here.
true_times() {
  paste -sd' ' "$LAB_TMP/seen" | sed -E 's/ ([0-9]{10}\.[0-9]+ IP )/\n\1/g' |
    sed -nE 's/^([0-9.]+) IP .* ttl ([0-9]+),.* ([0-9.]+)\.([0-9]+) > ([0-9.]+)\.([0-9]+): Flags \[(S\.?)\].*/\1 \2 \4 \6 \7/p' |
    awk -v end="$LENGTH" '
      $5 == "S" && $2 >= end { last[$3] = $1 }
      $5 == "S." && ($4 in last) { printf "%s %.3f\n", $4, ($1 - last[$4]) * 1000 }'
}

# run_all KIND ARGUMENTS...: that many traces, each with the number of its run as name.
run_all() {
  local i
  rm -f "$LAB_TMP"/trace.*
  for ((i = 1; i <= RUNS; ++i)); do
    while (($(jobs -rp | wc -l) > TOGETHER)); do wait -n || true; done
    on client "$PROGRAM" --json -n "$@" "$SERVER:80" > "$LAB_TMP/trace.$i" 2>> "$LAB_TMP/errors" &
    tracing+=($!)
  done
  wait "${tracing[@]}" || true
}

# judge_run: adds the trace in OUT to what went wrong.
judge_run() {
  local port ttl state time
  read -r state ttl port time <<< "$(jq -r '[.verdict.state, .verdict.ttl, .source.port, (.verdict.rtt_ms // "?")] | map(tostring) | join(" ")' <<< "$OUT")"
  [[ $state == open ]] || not_open=$((not_open + 1))
  if [[ $state == open && $ttl != "$LENGTH" ]]; then
    phantoms=$((phantoms + 1))
    echo "# said hop $ttl: $(jq -c '[.hops[] | [.probes[] | .reply[0:1]] | join("")]' <<< "$OUT")"
  fi
  local hops
  hops=$(jq -r '.verdict.ttl as $end | [.hops[] | select(.ttl < $end) | .ttl as $ttl | .probes[]
    | select(.reply != "none" and (.reply != "time-exceeded" or .from != "10.77.\($ttl).2"))] | length' <<< "$OUT")
  [[ $hops == 0 ]] || phantoms=$((phantoms + 1))
  if [[ $state != open ]]; then return; fi
  if [[ $time == '?' ]]; then
    unknown=$((unknown + 1))
  elif ! awk -v port="$port" -v said="$time" '
      $1 == port && $2 < 300 && $2 - said < 0.02 && said - $2 < 0.02 { found = 1 }
      END { exit !found }' "$LAB_TMP/times"; then
    wrong_times=$((wrong_times + 1))
    echo "# said $time ms, seen: $(awk -v port="$port" '$1 == port { print $2 }' "$LAB_TMP/times" | paste -sd' ')"
  fi
}

printf '# %-10s %-12s %6s %10s %12s %12s %12s\n' lost arguments runs 'not open' 'phantom hop' 'wrong time' 'time unknown'
for kind in forwarded icmp both; do
  lose "$kind"
  for arguments in '' '-p 1' '-F'; do
    on client tcpdump -i right --immediate-mode -B 16384 -l -tt -n -v 'tcp[tcpflags] & tcp-syn != 0' \
      > "$LAB_TMP/seen" 2> "$LAB_TMP/seen.log" &
    watcher=$!
    wait_for 10 grep -q 'listening on' "$LAB_TMP/seen.log" || bail "tcpdump does not start"
    tracing=()
    # shellcheck disable=SC2086 # words
    run_all $arguments
    kill "$watcher"
    wait "$watcher" || true
    true_times > "$LAB_TMP/times"
    not_open=0 phantoms=0 wrong_times=0 unknown=0
    for ((i = 1; i <= RUNS; ++i)); do
      OUT=$(< "$LAB_TMP/trace.$i")
      judge_run
    done
    printf '# %-10s %-12s %6d %10d %12d %12d %12d\n' "$kind" "${arguments:-(none)}" "$RUNS" "$not_open" "$phantoms" "$wrong_times" "$unknown"
    is "$kind $arguments: no hop that is not there" "$phantoms" 0
    is "$kind $arguments: no time of another SYN" "$wrong_times" 0
  done
done

done_testing
