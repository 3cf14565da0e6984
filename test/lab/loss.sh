#!/bin/bash
# Many traces where 20 % of the packets get lost: those that router 4 forwards, the routers' own ICMP
# errors, or both. Each is held against what tcpdump reads in its recording: no hop that is not
# there, and no time that belongs to another SYN. LOSS_RUNS: how many of each kind (default 12);
# scripts/prove-loss has 200. Prints a table.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

RUNS=${LOSS_RUNS:-12}
TOGETHER=12 # traces that run side by side
LENGTH=10   # the server's TTL
SLACK=0.06  # see true_times

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

# true_times FILE: what tcpdump reads in the trace's recording, whose stamps are those that the trace
# went by: for each SYN-ACK the time since the last SYN before it that can get to the server, in ms.
# On this path that is the one that made the server send it, unless a SYN has just left (SLACK, in ms:
# SYNs that can be taken for each other are farther apart) or the server's timer did: then it is far
# longer than any round trip here.
true_times() {
  tcpdump -r "$1" --nano -tt -n -v 'tcp[tcpflags] & tcp-syn != 0' 2> /dev/null | paste -sd' ' |
    sed -E 's/ ([0-9]{10}\.[0-9]+ IP )/\n\1/g' |
    sed -nE 's/^([0-9]{10})(\.[0-9]+) IP .* ttl ([0-9]+),.* Flags \[(S\.?)\].*/\1 \2 \3 \4/p' |
    awk -v end="$LENGTH" '
      NR == 1 { start = $1 }
      { now = $1 - start + $2 }
      $4 == "S" && $3 >= end { last = now }
      $4 == "S." && last { printf "%.6f\n", (now - last) * 1000 }'
}

# run_all ARGUMENTS...: RUNS traces, the report in trace.N, the recording in trace.N.pcap.
run_all() {
  local i
  rm -f "$LAB_TMP"/trace.*
  for ((i = 1; i <= RUNS; ++i)); do
    while (($(jobs -rp | wc -l) > TOGETHER)); do wait -n || true; done
    on client "$PROGRAM" --json -n --write "$LAB_TMP/trace.$i.pcap" "$@" "$SERVER:80" > "$LAB_TMP/trace.$i" 2>> "$LAB_TMP/errors" &
    tracing+=($!)
  done
  wait "${tracing[@]}" || true
}

# judge_run N: adds the trace in OUT, which has that number, to what went wrong.
judge_run() {
  local ttl state time seen
  read -r state ttl time <<< "$(jq -r '[.verdict.state, .verdict.ttl, (.verdict.rtt_ms // "?")] | map(tostring) | join(" ")' <<< "$OUT")"
  if [[ $state != open ]]; then
    not_open=$((not_open + 1))
    echo "# not open: $(jq -c '[.verdict.text, .syns_sent, [.hops[] | [.probes[] | .reply[0:1]] | join("")]]' <<< "$OUT")"
  fi
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
  else
    seen=$(true_times "$LAB_TMP/trace.$1.pcap")
    if ! awk -v said="$time" -v slack="$SLACK" '
        $1 < 300 && $1 - said < slack && said - $1 < slack { found = 1 }
        END { exit !found }' <<< "$seen"; then
      wrong_times=$((wrong_times + 1))
      echo "# said $time ms, seen: $(paste -sd' ' <<< "$seen")"
    fi
  fi
}

printf '# %-10s %-12s %6s %10s %12s %12s %12s\n' lost arguments runs 'not open' 'phantom hop' 'wrong time' 'time unknown'
for kind in forwarded icmp both; do
  lose "$kind"
  for arguments in '' '-p 1' '-F'; do
    tracing=()
    # shellcheck disable=SC2086 # words
    run_all $arguments
    not_open=0 phantoms=0 wrong_times=0 unknown=0
    for ((i = 1; i <= RUNS; ++i)); do
      OUT=$(< "$LAB_TMP/trace.$i")
      judge_run "$i"
    done
    printf '# %-10s %-12s %6d %10d %12d %12d %12d\n' "$kind" "${arguments:-(none)}" "$RUNS" "$not_open" "$phantoms" "$wrong_times" "$unknown"
    is "$kind $arguments: no hop that is not there" "$phantoms" 0
    is "$kind $arguments: no time of another SYN" "$wrong_times" 0
  done
done

done_testing
