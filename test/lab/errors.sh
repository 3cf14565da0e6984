#!/bin/bash
# What cannot work ends at once with status 1, one line on standard error that says what to do, and
# nothing on standard output.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

# fails NAME REGEX: the last trace failed in that way.
fails() {
  is "$1: exit status" "$STATUS" 1
  is "$1: nothing on standard output" "$OUT" ""
  is "$1: one line on standard error" "$(wc -l < "$LAB_TMP/err")" 1
  like "$1: message" "$ERR" "$2"
}

cp "$PROGRAM" "$LAB_TMP/tracetcp" # where every user can read it
STATUS=0
on client "${LAB_DROP[@]}" "$LAB_TMP/tracetcp" -n --method raw "$SERVER" > "$LAB_TMP/out" 2> "$LAB_TMP/err" || STATUS=$?
OUT=$(< "$LAB_TMP/out") ERR=$(< "$LAB_TMP/err")
fails "no privileges" 'setcap cap_net_raw'

trace -n --interface nosuch "$SERVER"
fails "no such interface" nosuch

trace -n --source 192.0.2.1 "$SERVER"
fails "a source address that is not ours" '192\.0\.2\.1'

ip -n client route del default
trace -n "$SERVER"
fails "no route" '10\.77\.10\.2.*[Rr]oute|[Rr]oute.*10\.77\.10\.2'

# A host with only the family that this machine lacks.
ip -n client -6 address flush dev right
echo '2001:db8::1 six.example' > "$LAB_TMP/hosts"
mount --bind "$LAB_TMP/hosts" /etc/hosts
trace -n six.example
fails "no IPv6 here" '^tracetcp: cannot reach six\.example: its addresses are of IPv6 only \(2001:db8::1\), and this machine has no IPv6 address; '
trace -n 2001:db8::1
fails "no IPv6 here, by address" '^tracetcp: cannot reach 2001:db8::1: neither right nor another interface has an IPv6 address to send from; '
trace -n --source 10.77.1.1 2001:db8::1
fails "two families" '^tracetcp: source 10\.77\.1\.1 is IPv4 and the target 2001:db8::1 is IPv6; '

ip -n client link set right down
trace -n --interface right 10.77.1.2
fails "interface down" 'right'
trace -n 10.77.1.2
fails "interface down, no other way" '10\.77\.1\.2'

done_testing
