#!/bin/bash
# Many traces where 20 % of the packets get lost: those that router 4 forwards, the routers' own ICMP
# errors, or both. Each is held against what tcpdump reads in its recording and what it sees at the
# server: no hop that is not there, no time that belongs to another SYN, and no router that is blamed for
# what it does not do. LOSS_RUNS: how many of each kind (default 12); scripts/prove-loss has 200. Prints a
# table.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

RUNS=${LOSS_RUNS:-12}
TOGETHER=${LOSS_TOGETHER:-12} # traces that run side by side
LENGTH=10                     # the server's TTL
LOSSY=4                       # the router that loses what it forwards

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
    nft_on "r$LOSSY" <<'RULES'
table ip loss { chain passing { type filter hook forward priority 10; numgen random mod 100 < 20 drop; }; }
RULES
  fi
}

# The server's SYN-ACKs all have IP id 0: here each gets its own, which tells it from all others.
number_answers() {
  nft_on server <<'RULES'
table ip lab {
  chain numbered {
    type filter hook output priority 0
    tcp flags & (syn | ack) == syn | ack ip id set numgen inc mod 65535 offset 1
  }
}
RULES
}

# packets: of what tcpdump -tt -n -v says, one line a packet with the words SECONDS FRACTION KIND TTL ID
# PORT: KIND is S (SYN), A (SYN-ACK) or E (ICMP error, ID and PORT are those of the SYN that it quotes), PORT
# the client's.
packets() {
  one_a_line | sed -nE '
    s/^([0-9]{10})(\.[0-9]+) IP .* ICMP .* ttl ([0-9]+), id ([0-9]+),.* [0-9.]+\.([0-9]+) > [0-9.]+\.80: .*/\1 \2 E \3 \4 \5/p
    /ICMP/d
    s/^([0-9]{10})(\.[0-9]+) IP .* ttl ([0-9]+), id ([0-9]+),.* [0-9.]+\.([0-9]+) > [0-9.]+\.80: Flags \[S\],.*/\1 \2 S \3 \4 \5/p
    s/^([0-9]{10})(\.[0-9]+) IP .* ttl ([0-9]+), id ([0-9]+),.* [0-9.]+\.80 > [0-9.]+\.([0-9]+): Flags \[S\.\],.*/\1 \2 A \3 \4 \5/p'
}

# Of all SYN-ACKs that the server sent: the SYNs that can have made it do so, "PORT ID-OF-SYN-ACK
# ID-OF-SYN". That is the last that came and has no answer yet. Where the processors work on two SYNs side
# by side, it is one of the two. Where there is none, the server's timer sent it (first after 1 s), and
# it is the answer to no SYN in particular.
causes() {
  packets < "$LAB_TMP/syns" | awk '
    NR == 1 { start = $1 }
    { now = $1 - start + $2; port = $6 }
    $3 == "S" { waiting[port] = waiting[port] " " $5 ":" now }
    $3 == "A" {
      count = split(waiting[port], syns, " ")
      waiting[port] = ""
      taken = 0
      for (i = 1; i <= count; ++i) {
        split(syns[i], syn, ":")
        if (now - syn[2] > 0.02) continue  # it was not answered: the kernel limits repeated SYN-ACKs
        print port, $5, syn[1]
        if (taken) waiting[port] = waiting[port] " " syns[i]
        taken = 1
      }
    }'
}

# true_times FILE: what tcpdump reads in a trace's recording, whose stamps are those that the trace went
# by: for each SYN-ACK and ICMP error the time since the SYN that it answers, "TTL-OF-SYN MS".
true_times() {
  tcpdump -r "$1" --nano -tt -n -v 'icmp or tcp[tcpflags] & tcp-syn != 0' 2> /dev/null | packets |
    awk -v causes="$LAB_TMP/causes" '
      BEGIN { while ((getline line < causes) > 0) { split(line, word, " "); cause[word[1], word[2]] = cause[word[1], word[2]] " " word[3] } }
      NR == 1 { start = $1 }
      { now = $1 - start + $2 }
      $3 == "S" { sent[$6, $5] = now; ttl[$6, $5] = $4; next }
      {
        count = split($3 == "A" ? cause[$6, $5] : $5, ids, " ")
        for (i = 1; i <= count; ++i) {
          if (($6, ids[i]) in sent) printf "%d %.6f\n", ttl[$6, ids[i]], (now - sent[$6, ids[i]]) * 1000
        }
      }'
}

# run_all ARGUMENTS...: RUNS traces, the report in trace.N, the recording in trace.N.pcap; what the server
# answered to what in causes.
run_all() {
  local i
  rm -f "$LAB_TMP"/trace.*
  capture_start server left 'tcp port 80 and tcp[tcpflags] & tcp-syn != 0'
  for ((i = 1; i <= RUNS; ++i)); do
    while (($(jobs -rp | wc -l) > TOGETHER + 1)); do wait -n || true; done # and tcpdump
    on client "$PROGRAM" --json -n --write "$LAB_TMP/trace.$i.pcap" "$@" "$SERVER:80" > "$LAB_TMP/trace.$i" 2>> "$LAB_TMP/errors" &
    tracing+=($!)
  done
  wait "${tracing[@]}" || true
  capture_stop
  causes > "$LAB_TMP/causes"
}

# times_said: the times in OUT, "TTL MS"; the verdict's has TTL 0, since any SYN-ACK may give it.
times_said() {
  jq -r '(.hops[] | .ttl as $ttl | .probes[] | select(.rtt_ms != null) | "\($ttl) \(.rtt_ms)"),
    (.verdict | select(.state == "open" and .rtt_ms != null) | "0 \(.rtt_ms)")' <<< "$OUT"
}

# blamed KIND: the findings in OUT that are said (likely or certain) although they are not true where that
# kind of packets is lost.
blamed() {
  jq -r --arg lost "$1" --argjson lossy "$LOSSY" '.findings[]? | select(.confidence != "not sure")
    | select((.kind == "loss" and $lost != "icmp" and .at.ttl <= $lossy and .before.ttl > $lossy
              or .kind == "rate-limit" and $lost != "forwarded") | not)
    | "\(.confidence): \(.kind): \(.text)"' <<< "$OUT"
}

# judge_run N KIND: adds the trace in OUT, which has that number, to what went wrong.
judge_run() {
  local ttl state wrong
  read -r state ttl <<< "$(jq -r '[.verdict.state, .verdict.ttl] | map(tostring) | join(" ")' <<< "$OUT")"
  wrong=$(blamed "$2")
  if [[ $wrong ]]; then
    blames=$((blames + 1))
    # shellcheck disable=SC2001 # of each line
    sed "s/^/# trace $1: /" <<< "$wrong"
  fi
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
  [[ $state != open || $(jq '.verdict.rtt_ms' <<< "$OUT") != null ]] || unknown=$((unknown + 1))
  wrong=$(awk 'NR == FNR { seen[$1] = seen[$1] " " $2; seen[0] = seen[0] " " $2; next }
    {
      count = split(seen[$1], times, " ")
      for (i = 1; i <= count; ++i) if (times[i] - $2 < 0.001 && $2 - times[i] < 0.001) next
      print "TTL " $1 ": said " $2 " ms, seen:" seen[$1]
    }' <(true_times "$LAB_TMP/trace.$1.pcap") <(times_said))
  if [[ $wrong ]]; then
    wrong_times=$((wrong_times + 1))
    # shellcheck disable=SC2001 # of each line
    sed "s/^/# trace $1: /" <<< "$wrong"
    if [[ ${LOSS_KEEP-} ]]; then cp "$LAB_TMP/trace.$1" "$LAB_TMP/trace.$1.pcap" "$LAB_TMP/causes" "$LAB_TMP/syns" "$LOSS_KEEP"; fi
  fi
}

number_answers
printf '# %-10s %-12s %6s %10s %12s %12s %12s %12s\n' lost arguments runs 'not open' 'phantom hop' 'wrong time' 'time unknown' 'wrong blame'
for kind in ${LOSS_KINDS:-forwarded icmp both}; do
  lose "$kind"
  for arguments in '' '-p 1' '-F'; do
    tracing=()
    # shellcheck disable=SC2086 # words
    run_all $arguments
    not_open=0 phantoms=0 wrong_times=0 unknown=0 blames=0
    for ((i = 1; i <= RUNS; ++i)); do
      OUT=$(< "$LAB_TMP/trace.$i")
      judge_run "$i" "$kind"
    done
    printf '# %-10s %-12s %6d %10d %12d %12d %12d %12d\n' "$kind" "${arguments:-(none)}" "$RUNS" "$not_open" "$phantoms" "$wrong_times" "$unknown" "$blames"
    is "$kind $arguments: no hop that is not there" "$phantoms" 0
    is "$kind $arguments: no time of another SYN" "$wrong_times" 0
    is "$kind $arguments: nobody is blamed wrongly" "$blames" 0
  done
done

done_testing
