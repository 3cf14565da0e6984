#!/bin/bash
# One port traced by everybody: time, CPU, SYNs, and whether the answer is right, in one run.
#   test/bench/trace.sh [BUILD]    as root; prints a table in Markdown
# "E" is 15 routers and a host behind the emulator, round trips of 1 to 80 ms; "K" nine kernel routers
# and a server, without delay. Both have both families.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=$(realpath "${1:-build}")
program=$build/src/cli/tracetcp
if [[ -z ${BENCH_INSIDE-} ]]; then
  ninja -C "$build" src/cli/tracetcp test/lab/listen bench > /dev/null
  BENCH_INSIDE=1 exec unshare -nm "$0" "$build"
fi

scratch=$(mktemp -d)
emulator=
stop_emulator() {
  if [[ $emulator ]]; then
    eval "exec ${to_emulator}>&-"
    wait "$emulator" || true
  fi
  emulator=
}
trap 'stop_emulator; rm -rf "$scratch"' EXIT

# A probe to each hop, and its answer, get lost with this probability; so do those to the host behind
# router 15.
own_loss() {
  if (($2 == 15)); then
    printf 'loss = {forward = %s, back = %s}\n' "$1" "$1"
  else
    awk "BEGIN { printf \"loss = {own = %.4f}\n\", 1 - (1 - $1) ^ 2 }"
  fi
}

# network LOSS SILENT-TTLS DROP-AFTER: E in the simulator's words.
network() {
  local loss=$1 silent=" $2 " drop=$3 ttl via=''
  local rtts=(1 6 11 16 22 27 32 37 43 48 53 58 64 69 74)
  echo 'source = ["192.168.0.2", "2001:db8:0:1::2"]'
  for ttl in {1..15}; do
    printf '[router.r%d]\naddress = ["10.9.%d.1", "2001:db8:9:%d::1"]\nrtt = %d\n' "$ttl" "$ttl" "$ttl" "${rtts[ttl - 1]}"
    if [[ $loss != 0 ]]; then own_loss "$loss" "$ttl"; fi
    if [[ $silent == *" $ttl "* ]]; then echo 'silent = true'; fi
    if [[ $drop == "$ttl" ]]; then echo 'drop = [80]'; fi
    via+="\"r$ttl\", "
  done
  printf '[[host]]\naddress = ["198.51.100.1", "2001:db8:ffff::1"]\nopen = [80]\n'
  printf '[[route]]\nto = ["198.51.100.1", "2001:db8:ffff::1"]\nvia = [%s]\nrtt = 80\n' "${via%, }"
}

start_emulator() { # SEED < NETWORK
  stop_emulator
  cat > "$scratch/network.toml"
  mkfifo "$scratch/in.$1" "$scratch/out.$1"
  "$build/test/bench/bench-emulator" bench "$scratch/network.toml" "$1" < "$scratch/in.$1" > "$scratch/out.$1" &
  emulator=$!
  exec {to_emulator}> "$scratch/in.$1" {from_emulator}< "$scratch/out.$1"
  rm "$scratch/in.$1" "$scratch/out.$1"
  read -r _ <&"$from_emulator"
  ip link set lo up
  ip address add 192.168.0.2/32 dev bench
  ip route add default dev bench
  ip address add 2001:db8:0:1::2/128 dev bench nodad
  ip -6 route add default dev bench
}

syns() {
  kill -USR1 "$emulator"
  read -r count _ <&"$from_emulator"
  echo "$count"
}

TIMEFORMAT='%R %U %S'
# run CASE HOPS END COMMAND...: one line of the table. HOPS: that many addresses of routers are right.
# END: what the output says where the verdict is right.
run() {
  local name=$1 hops=$2 end=$3 found verdict wall user system
  shift 3
  syns > /dev/null
  { time timeout 300 "$@" > "$scratch/output" 2>&1 || true; } 2> "$scratch/time"
  read -r wall user system < "$scratch/time"
  found=$(grep -oE '\b(10\.9\.[0-9]+\.1|2001:db8:9:[0-9]+::1)\b' "$scratch/output" | sort -u | wc -l || true)
  verdict=wrong
  if grep -qE "$end" "$scratch/output"; then verdict=right; fi
  # shellcheck disable=SC2016 # the backquotes are Markdown's
  printf '| %s | `%s` | %s | %.3f | %s | %d/%d | %s |\n' "$name" "${*/#$program/tracetcp}" "$wall" \
    "$(awk "BEGIN { print $user + $system }")" "$(syns)" "$found" "$hops" "$verdict"
}

target=198.51.100.1
target6=2001:db8:ffff::1
reached="Connection established|$target.*(open|ms)"
at_16='^16.*Connection established'
peers() { # CASE HOPS
  run "$1" "$2" "$reached" traceroute -T -n "$target"
  run "$1" "$2" "$reached" traceroute -T -n -N 64 -z 0 -w 0.5 "$target"
  run "$1" "$2" "$reached" tcptraceroute -n "$target" 80
}

echo '| case | command | wall s | CPU s | SYNs | hops | end |'
echo '|---|---|---|---|---|---|---|'
start_emulator 1 < <(network 0 '' 0)
E1='E, all answer'
run "$E1" 15 "$at_16" "$program" -n -F "$target"
run "$E1" 15 "$at_16" "$program" -n "$target"
run "$E1" 15 "$at_16" "$program" -n -F "$target6"
run "$E1" 15 "$at_16" "$program" -n "$target6"
peers "$E1" 15

start_emulator 2 < <(network 0 '3 5 8 11 13' 0)
E2='E, 5 silent hops'
run "$E2" 10 "$at_16" "$program" -n -F "$target"
run "$E2" 10 "$at_16" "$program" -n "$target"
run "$E2" 10 "$at_16" "$program" -n -F "$target6"
run "$E2" 10 "$at_16" "$program" -n "$target6"
if [[ ${PEERS:-some} == all ]]; then peers "$E2" 10; fi

SEEDS=${SEEDS-$(seq 3 22)}
E3='E, 10 % loss at each hop, each way'
for seed in $SEEDS; do
  start_emulator "$seed" < <(network 0.1 '' 0)
  run "$E3 ($seed)" 15 "$at_16" "$program" -n -F "$target"
done

start_emulator 23 < <(network 0 '' 6)
E4='E, blocked after hop 6'
blocked='Nothing answers beyond hop 6'
run "$E4" 6 "$blocked" "$program" -n -F "$target"
run "$E4" 6 "$blocked" "$program" -n "$target"
run "$E4" 6 "$blocked" "$program" -n -F "$target6"
run "$E4" 6 "$blocked" "$program" -n "$target6"
if [[ ${PEERS:-some} == all ]]; then run "$E4" 6 ' 30 +\* \* \*' traceroute -T -n "$target"; fi

# K: the lab's kernel routers, which count no SYNs here.
stop_emulator
kernel() { # CASE END COMMAND
  local name=$1 end=$2 wall user system verdict=wrong
  { time BUILD=$build test/lab/shell "$BASH" -c "time $3" > "$scratch/output" 2> "$scratch/lab" || true; } 2> /dev/null
  read -r wall user system < <(tail -n 1 "$scratch/lab")
  if grep -qE "$end" "$scratch/output"; then verdict=right; fi
  # shellcheck disable=SC2016 # the backquotes are Markdown's
  printf '| %s | `%s` | %s | %.3f | | | %s |\n' "$name" "$3" "$wall" \
    "$(awk "BEGIN { print $user + $system }")" "$verdict"
}
export TIMEFORMAT
K1='K, one probe a hop'
kernel "$K1" '^10.*Connection established' 'tracetcp -n -F -p 1 10.77.10.2'
kernel "$K1" '^10.*Connection established' 'tracetcp -n -F -p 1 fd77:0:0:10::2'
kernel "$K1" '10  10.77.10.2' 'on client traceroute -T -n -q 1 --sport=40000 10.77.10.2'
K2='K, 12 ports, 8 of them stopped after hop 6'
answer='Silent after hop 6 \(10.77.6.2\): 135$'
kernel "$K2" "$answer" 'tracetcp -n -p 1 -r 133 144 --matrix 10.77.10.2'
kernel "$K2" 'Silent after hop 6 \(fd77:0:0:6::2\): 135$' 'tracetcp -n -p 1 -r 133 144 --matrix fd77:0:0:10::2'
