#!/bin/bash
# Captures that are cut short, damaged, empty or none at all: what can be read is reported, the rest
# is one clear line that names the file, and the exit status tells. Prints TAP:
#   damage.sh PROGRAM PCAPS NETWORKS
set -euo pipefail
# shellcheck source=test/tap.sh
source "$(dirname "$0")/../tap.sh"
needs gojq
program=$(realpath "$1") pcap=$(realpath "$2")/closed-scamper.pcap networks=$(realpath "$3")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

read_file() {
  status=0
  "$program" -n --json --read "$@" > out 2> err || status=$?
}
routers() { jq -s '[.[].hops[]? | select(any(.probes[]; .reply == "time-exceeded"))] | length' out; }

# ends NAME STATUS ROUTERS MESSAGE: the last read ended so; no MESSAGE: nothing on standard error.
ends() {
  is "$1: exit status" "$status" "$2"
  is "$1: routers" "$(routers)" "$3"
  if [[ $4 ]]; then
    is "$1: one line on standard error" "$(wc -l < err)" 1
    like "$1: message" "$(< err)" "$4"
  else
    is "$1: nothing on standard error" "$(< err)" ""
  fi
}

read_file "$pcap"
ends 'a whole file' 0 9 ''
"$program" -n --json --read - < "$pcap" > stdin
is 'standard input is read as the file is' "$(< stdin)" "$(< out)"

size=$(stat -c %s "$pcap")
head -c $((size - 30)) "$pcap" > short.pcap
read_file short.pcap
ends 'the last packet cut short' 1 9 'short\.pcap'
head -c $((size / 2)) "$pcap" > half.pcap
read_file half.pcap
is 'half a file: exit status' "$status" 1
ok 'half a file: some routers' test "$(routers)" -ge 3
like 'half a file: message' "$(< err)" 'half\.pcap'

head -c 24 "$pcap" > empty.pcap
read_file empty.pcap
ends 'no packets' 1 0 'empty\.pcap'
head -c 10 "$pcap" > stub.pcap
read_file stub.pcap
ends 'less than a header' 1 0 'stub\.pcap'
: > nothing
read_file nothing
ends 'an empty file' 1 0 'nothing'
echo 'this is no capture' > text
read_file text
ends 'not a capture' 1 0 'text'
read_file nosuch.pcap
ends 'no such file' 1 0 'nosuch\.pcap.*No such file'
read_file .
ends 'a directory' 1 0 '\.'

{ head -c 300 "$pcap"; head -c 2000 /dev/zero | tr '\0' '\377'; } > garbage.pcap
read_file garbage.pcap
is 'garbage in the middle: exit status' "$status" 1
like 'garbage in the middle: message' "$(< err)" 'garbage\.pcap'

read_file "$pcap" 192.0.2.1
ends 'a host that is not there' 1 0 'no trace to 192\.0\.2\.1'
read_file "$pcap" 10.77.10.2:81
ends 'the host and port that are there' 0 9 ''
read_file "$pcap" -r 82 90
ends 'ports that are not there' 1 0 'no trace'

# More than fit the queues between the threads. From a pipe each trace is reported at once, by one.
"$program" -n 66.135.192.41 -r 1 500 -m 10 -p 1 -F --sim "$networks/examples.toml" --write many.pcap > /dev/null
same_as_piped() { # FILE ARGUMENTS...
  local piped=0
  "$program" -n --read - "${@:2}" < "$1" > piped.out 2> piped.err || piped=$?
  status=0
  "$program" -n --read "$1" "${@:2}" > out 2> err || status=$?
  is "${*}: exit status, as from a pipe" "$status" "$piped"
  ok "${*}: the same as from a pipe" cmp out piped.out
  is "${*}: messages, as from a pipe" "$(< err)" "$(sed "s/standard input/$1/" piped.err)"
}
head -c $(($(stat -c %s many.pcap) - 5)) many.pcap > many-short.pcap
for format in '' -c --json --matrix --verbose; do
  same_as_piped many.pcap $format
done
same_as_piped many-short.pcap
same_as_piped many-short.pcap --json
ok 'many traces' test "$("$program" -n --json --read many.pcap | wc -l)" -ge 500
like 'many traces, the last packet cut short' "$(< err)" 'many-short\.pcap is damaged after'

# Ctrl-C while nothing more comes: what was read is reported.
set -m # else the jobs would ignore SIGINT
odd=${pcap%/*}/odd.pcapng
mkfifo pipe empty
"$program" -n -c --read - < pipe > out 2> err &
pid=$!
exec 9<> pipe
cat "$odd" >&9
while read -r -t 0 -u 9; do sleep 0.02; done # until all has been taken out of the pipe
kill -INT "$pid"
status=0
wait "$pid" || status=$?
exec 9>&-
is 'Ctrl-C on a pipe that stalls: exit status' "$status" 130
is 'Ctrl-C on a pipe that stalls: messages' "$(< err)" ''
is 'Ctrl-C on a pipe that stalls: all that was read' "$(grep -v interrupted out)" \
  "$("$program" -n -c --read "$odd")"
"$program" -n --read - < empty > out 2> err &
pid=$!
exec 9> empty
until grep -q '^State:.S' "/proc/$pid/status" && grep -q tracetcp "/proc/$pid/comm"; do sleep 0.02; done
kill -INT "$pid"
status=0
wait "$pid" || status=$?
exec 9>&-
is 'Ctrl-C before anything came: exit status' "$status" 130
is 'Ctrl-C before anything came: messages' "$(cat out err)" ''
set +m

for file in many.pcap "$pcap"; do
  status=0
  "$program" -n --json --read "$file" > /dev/full 2> err || status=$?
  is "full disk, ${file##*/}: exit status" "$status" 1
  is "full disk, ${file##*/}: message" "$(< err)" \
    'tracetcp: cannot write the report to standard output: No space left on device'
done
done_testing
