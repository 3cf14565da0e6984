#!/bin/bash
# Many targets and many ports, behind the emulator: time, CPU, memory, SYNs, how often the router that was asked most
# answered within one second, and how many verdicts are right.
#   test/bench/many.sh BUILD [CASE...]    as root; prints a table in Markdown
# Cases: targets, audit, ports, limited, more. The last, 100,000 targets, takes some minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=$(realpath "${1:-build}")
shift || true
program=$build/src/cli/tracetcp
if [[ -z ${BENCH_INSIDE-} ]]; then
  ninja -C "$build" src/cli/tracetcp bench > /dev/null
  BENCH_INSIDE=1 exec unshare -nm "$0" "$build" "$@"
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

# start_emulator ARGUMENTS...: those of many_network.py but the directory, which is $scratch.
start_emulator() {
  stop_emulator
  python3 test/bench/many_network.py "$1" "$2" "$scratch" "${@:3}"
  mkfifo "$scratch/in" "$scratch/out"
  "$build/test/bench/bench-emulator" bench "$scratch/network.toml" 1 < "$scratch/in" > "$scratch/out" &
  emulator=$!
  exec {to_emulator}> "$scratch/in" {from_emulator}< "$scratch/out"
  rm "$scratch/in" "$scratch/out"
  read -r _ <&"$from_emulator"
  ip link set lo up
  ip address add 192.168.0.2/32 dev bench
  ip route add default dev bench
}

# syns: sets count and most.
syns() {
  kill -USR1 "$emulator"
  read -r count most <&"$from_emulator"
}

# run CASE RIGHT FILTER COMMAND...: one line of the table. RIGHT verdicts are expected, which FILTER counts in what the
# command prints.
run() {
  local name=$1 right=$2 filter=$3 wall cpu memory found
  shift 3
  syns
  # shellcheck disable=SC2016 # that shell expands them
  read -r wall cpu memory < <("$build/test/bench/bench-measure" bash -c 'exec "$@" > "$0"' "$scratch/output" "$@")
  syns
  found=$(grep -cE "$filter" "$scratch/output" || true)
  # shellcheck disable=SC2016 # the backquotes are Markdown's
  printf '| %s | `%s` | %s | %s | %d | %d | %d | %d/%d |\n' "$name" \
    "$(sed "s#$program#tracetcp#; s#$scratch/##g" <<< "$*")" "$wall" "$cpu" $((memory / 1024)) "$count" "$most" "$found" "$right"
}

open='"state":"open"'
targets() {
  start_emulator tree 1000
  run '1,000 targets' 1000 "$open" "$program" -n -F -p 1 --no-control --json --targets "$scratch/targets"
  run '1,000 targets' 1000 "$open" "$program" -n -p 1 --no-control --json --targets "$scratch/targets"
  run '1,000 targets' 1000 "$open" "$program" -n --no-control --json --targets "$scratch/targets"
  run '1,000 targets' 1000 "$open" "$program" -n -F --json --targets "$scratch/targets"
}
audit() {
  start_emulator tree 1000
  for options in -F '-F -p 1' '' '-p 1'; do
    # shellcheck disable=SC2086 # options are words
    run '1,000 rules, 50 hosts' 1000 $'\tholds\t' "$program" $options --audit "$scratch/policy"
  done
}
ports() {
  start_emulator ports 30 drop=6
  run '5,000 ports, dropped behind hop 6' 5000 '"state":"silent"' "$program" -n -F --json -p 1 -r 1 5000 198.18.0.1
  run '5,000 ports, dropped behind hop 6' 5000 '"state":"silent"' "$program" -n --json -p 1 -r 1 5000 198.18.0.1
  start_emulator ports 30 drop=6 each=10
  run '5,000 ports, each tenth dropped' 4500 "$open" "$program" -n -F --json -p 1 -r 1 5000 198.18.0.1
  run '5,000 ports, each tenth dropped' 4500 "$open" "$program" -n --json -p 1 -r 1 5000 198.18.0.1
}
limited() {
  start_emulator ports 16 limit=100
  run '300 ports, 100 answers a second' 300 "$open" "$program" -n -F --json -p 1 -r 1 300 198.18.0.1
  run '300 ports, 100 answers a second' 300 "$open" "$program" -n --json -p 1 -r 1 300 198.18.0.1
  start_emulator ports 16 limit=1
  run '300 ports, one answer a second' 300 "$open" "$program" -n -F --json -p 1 -r 1 300 198.18.0.1
}
more() {
  start_emulator flat 100000
  head -n 1000 "$scratch/targets" > "$scratch/some"
  run '1,000 targets on one way' 1000 "$open" "$program" -n -F -p 1 --no-control --json --targets "$scratch/some"
  run '100,000 targets on one way' 100000 "$open" "$program" -n -F -p 1 --no-control --json --targets "$scratch/targets"
}

echo '| case | command | wall s | CPU s | peak MB | SYNs | most answers of a router in 1 s | right |'
echo '|---|---|---:|---:|---:|---:|---:|---:|'
if (($# == 0)); then set -- targets audit ports limited more; fi
for case in "$@"; do "$case"; done
