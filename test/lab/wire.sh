#!/bin/bash
# What tcpdump sees on the client's link: SYNs like a current Linux one with right checksums, one
# flow a trace, few of them at the target, and none faster than promised.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

distinct() { [[ -z $(field "$1" | sort | uniq -d) ]]; }
at_most() { [[ $1 -le $2 ]] || wrong "$1, more than $2"; }
at_least() { [[ $1 -ge $2 ]] || wrong "$1, less than $2"; }
wrong() {
  echo "$1"
  cat "$LAB_TMP/syns"
  return 1
}
no_line_without() { ! grep -vE "$1" "$LAB_TMP/syns"; }
no_line_with() { ! grep -E "$1" "$LAB_TMP/syns"; }

capture_start client right
trace --json -n -F --no-control "$SERVER:80"
capture_stop
is "one source port, as reported" "$(field port | sort -u)" "$(jq -r .source.port <<< "$OUT")"
is "one ISN" "$(field seq | sort -u | wc -l)" 1
is "every TTL up to the target's" "$(field ttl | sort -nu | head -n10 | paste -sd' ')" \
  "1 2 3 4 5 6 7 8 9 10"
ok "an IP id of its own for each SYN" distinct id
ok "a TSval of its own for each SYN" distinct tsval
is "options of a Linux SYN" "$(field options | sed -E 's/val [0-9]+/val N/' | sort -u)" \
  "mss 1460,sackOK,TS val N ecr 0,nop,wscale 7"
ok "TCP checksums" no_line_without 'cksum 0x[0-9a-f]+ \(correct\)'
ok "IP checksums" no_line_with 'bad cksum'
ok "DF set" no_line_without 'flags \[DF\]'
is "as many SYNs as reported" "$(wc -l < "$LAB_TMP/syns")" "$(jq -r .syns_sent <<< "$OUT")"
# Three for each of nine routers, and a few that reach the target.

capture_start client right
trace --json -n -F -p 1 --no-control "$SERVER:80"
capture_stop
ok "one probe a hop: none more than once" at_most "$(field ttl | sort -n | uniq -d | wc -l)" 0

capture_start client right
trace -n --no-control "$SERVER:80"
capture_stop
# With the default pacing ten go out ahead of the answers at most, were these 0.1 s late each.
ok "few SYNs reach the target" at_most "$(field ttl | awk '$1 >= 10' | wc -l)" 10
gaps() { # the shortest time in ms between SYNs with one TTL; SYNs past the target are to one target
  paste <(field ttl) <(field time) | awk '
    { ttl = $1 > 10 ? 10 : $1 }
    ttl in last { gap = ($2 - last[ttl]) * 1000; if (gap < shortest || !n++) shortest = gap }
    { last[ttl] = $2 }
    END { printf "%d\n", n ? shortest : 9999 }'
}
ok "500 ms between the SYNs to one hop" at_least "$(gaps)" 499

done_testing
