#!/bin/bash
# --audit over real kernel routers: rules that hold, that don't, and that can't be decided. What is true of a
# port is in the rules of router 6 (lab_rules): it drops 135, resets 136 in the server's name, rejects 139 to
# 144; the server accepts 80 and 8080 and refuses the others.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

# outcomes: of each line of the last run its outcome, separated by blanks.
outcomes() { cut -f 2 <<< "$OUT" | sed '$d' | paste -sd' '; }
# audited OPTIONS... < POLICY: runs it; sets OUT, ERR and STATUS.
audited() {
  cat > "$LAB_TMP/policy"
  trace --audit "$LAB_TMP/policy" "$@"
}

for family in 4 6; do
  family "$family"
  filter=$(far 6)
  for method in raw connect; do
    audited -F --method "$method" << POLICY
open      $AT:80,8080
closed    $AT:81
reachable $AT:80-82      # open and closed: the way is clear
blocked   $AT:135 at $filter
blocked   $AT:139-144
blocked   $AT:140 at $filter
POLICY
    is "IPv$family, $method: what router 6 does, and the server" "$(outcomes)" "holds holds holds holds holds holds"
    is "IPv$family, $method: all hold" "$STATUS:$ERR" 0:

    audited -F --method "$method" << POLICY
open      $AT:135
closed    $AT:80
blocked   $AT:80
blocked   $AT:81
reachable $AT:80,139
blocked   $AT:135 at $(far 5)
blocked   $AT:139 at $(far 5)
POLICY
    fails='does not hold'
    is "IPv$family, $method: what they don't do" "$(outcomes)" "$fails $fails $fails $fails $fails $fails $fails"
    is "IPv$family, $method: some don't hold" "$STATUS:$ERR" 3:
    like "IPv$family, $method: where a port is dropped" "$(head -n 1 <<< "$OUT")" "dropped behind hop 6 \\($filter"
  done

  # The RST of router 6 comes in the server's name.
  audited -F --method raw << POLICY
blocked   $AT:136 at $filter
closed    $AT:136
open      $AT:80
POLICY
  is "IPv$family: a RST in the server's name" "$(outcomes) $STATUS" "holds does not hold holds 3"

  # Beyond hop 4 nothing is asked.
  audited -F -m 4 << POLICY
open    $AT:80
blocked $AT:135
POLICY
  is "IPv$family: hops are left" "$(outcomes) $STATUS" "cannot tell cannot tell 4"
done
family 4

# Several hosts, one of which nobody has: router 9 reports it after three seconds.
audited -F << POLICY
open      $SERVER:80
reachable 10.77.5.2:22
blocked   10.77.10.99:80
open      nosuch.invalid:80
POLICY
is "several hosts, of one no name is known" "$(outcomes) $STATUS" "holds holds holds cannot tell 1"

# Port 135 dropped by the client itself: none of its SYNs is seen leaving.
nft_on client << 'RULES'
table inet own {
  chain output {
    type filter hook output priority 0;
    tcp dport 135 drop
  }
}
RULES
audited -F --method raw << POLICY
blocked $SERVER:135
blocked $SERVER:80
POLICY
is "dropped on this machine" "$(outcomes) $STATUS" "cannot tell does not hold 3"
on client nft delete table inet own

# A wrong line, and nothing is sent.
capture_start client right
audited -F << POLICY
open $SERVER:80
open $SERVER:99999
POLICY
capture_stop
is "a wrong line" "$STATUS:$OUT" 2:
like "its number" "$ERR" ', line 2: .*99999'
is "and nothing was sent" "$(wc -l < "$LAB_TMP/syns")" 0

done_testing
