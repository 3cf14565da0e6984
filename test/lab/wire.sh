#!/bin/bash
# What tcpdump sees on the client's link: SYNs like a current Linux one with right checksums, one
# flow a trace, few of them at the target, and none faster than promised; in both families.
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

# What only IPv4 or only IPv6 has.
ipv4_header() {
  ok "IPv4: an IP id of its own for each SYN" distinct id
  ok "IPv4: IP checksums" no_line_with 'bad cksum'
  ok "IPv4: DF set" no_line_without 'flags \[DF\]'
}
ipv6_header() {
  is "IPv6: one flow label" "$(field label | sort -u | wc -l)" 1
  like "IPv6: the flow label is not zero" "$(field label | sort -u)" '^0x0*[1-9a-f][0-9a-f]*$'
  is "IPv6: the payload is the TCP segment alone" "$(sed -E 's/.*next-header ([^,]*) payload length: ([0-9]+).*/\1 \2/' "$LAB_TMP/syns" | sort -u)" \
    "TCP (6) 40"
}

for family in 4 6; do
  family "$family"
  mss=$((family == 4 ? 1460 : 1440)) # an Ethernet frame without IP and TCP header
  for method in raw link; do
    name="IPv$family, $method"
    capture_start client right
    trace --json -n -F --no-control --method "$method" "$AT:80"
    capture_stop
    is "$name: one source port, as reported" "$(field port | sort -u)" "$(jq -r .source.port <<< "$OUT")"
    is "$name: one ISN" "$(field seq | sort -u | wc -l)" 1
    is "$name: every TTL up to the target's" "$(field ttl | sort -nu | head -n10 | paste -sd' ')" \
      "1 2 3 4 5 6 7 8 9 10"
    ok "$name: a TSval of its own for each SYN" distinct tsval
    is "$name: options of a Linux SYN" "$(field options | sed -E 's/val [0-9]+/val N/' | sort -u)" \
      "mss $mss,sackOK,TS val N ecr 0,nop,wscale 7"
    ok "$name: TCP checksums" no_line_without 'cksum 0x[0-9a-f]+ \(correct\)'
    if ((family == 4)); then ipv4_header; else ipv6_header; fi
    is "$name: as many SYNs as reported" "$(wc -l < "$LAB_TMP/syns")" "$(jq -r .syns_sent <<< "$OUT")"
  done
  # Three for each of nine routers, and a few that reach the target.

  capture_start client right
  trace --json -n -F -p 1 --no-control "$AT:80"
  capture_stop
  ok "IPv$family: one probe a hop: none more than once" at_most "$(field ttl | sort -n | uniq -d | wc -l)" 0

  capture_start client right
  trace -n --no-control "$AT:80"
  capture_stop
  # With the default pacing ten go out ahead of the answers at most, were these 0.1 s late each.
  ok "IPv$family: few SYNs reach the target" at_most "$(field ttl | awk '$1 >= 10' | wc -l)" 10
  # The shortest time in ms between SYNs with one TTL. Those past the target, which leave until its answer is
  # read, are counted above.
  gaps() {
    paste <(field ttl) <(field time) | awk '
      $1 in last { gap = ($2 - last[$1]) * 1000; if (gap < shortest || !n++) shortest = gap }
      { last[$1] = $2 }
      END { printf "%d\n", n ? shortest : 9999 }'
  }
  ok "IPv$family: 500 ms between the SYNs to one hop" at_least "$(gaps)" 499
done

done_testing
