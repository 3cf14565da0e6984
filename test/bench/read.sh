#!/bin/bash
# How fast captures are read, and in how much memory: prints two tables in Markdown.
#   test/bench/read.sh BUILD [PACKETS]       BUILD: a build folder, optimized; default 5000000 packets
# It makes its captures (3.4 GB) in a folder that it removes; DIR=FOLDER keeps them there. Each
# program reads each file once to have it in memory, then ROUNDS times (5), in turns; of each the
# fastest counts, by the clock on the wall, as some have several threads: see to it that the machine
# has nothing else to do, or they get less than what they would. The time of the processors tells.
set -euo pipefail
build=$(realpath "$1") packets=${2-5000000} rounds=${ROUNDS-5}
ninja -C "$build" src/cli/tracetcp bench > /dev/null
bench=$build/test/bench/bench tracetcp=$build/src/cli/tracetcp
if [[ ${DIR-} ]]; then
  mkdir -p "$DIR"
else
  DIR=$(mktemp -d)
  trap 'rm -rf "$DIR"' EXIT
fi

capture() { # PACKETS [SHAPE]: sets FILE
  FILE=$DIR/${2-paths}-$1.pcap
  if [[ ! -s $FILE ]]; then "$bench-generate" "$FILE" "$1" "${2-paths}"; fi
}

declare -A best
# measure NAME COMMAND...: seconds, those of the processors, and kilobytes
measure() {
  local name=$1 one
  one=$("$bench-measure" "${@:2}")
  if [[ -z ${best[$name]-} ]] || awk "BEGIN { exit !(${one%% *} < ${best[$name]%% *}) }"; then
    best[$name]=$one
  fi
}
# row NAME PACKETS [MORE COLUMNS]
row() {
  local wall cpu kilobytes
  read -r wall cpu kilobytes <<< "${best[$1]}"
  awk -v name="$1" -v n="$2" -v more="${3-}" -v s="$wall" -v cpu="$cpu" -v kb="$kilobytes" 'BEGIN {
    printf "| %s | %d |%s %.2f | %.2f | %.2f | %.0f |\n", name, n, more, s, cpu, n / s / 1e6, kb / 1024
  }'
}

slice=100000
capture "$slice"
small=$FILE
capture "$packets"
for ((round = 0; round <= rounds; ++round)); do
  if ((round == 1)); then best=(); fi # the first one was to have the file in memory
  measure 'libpcap alone' "$bench-bare" "$FILE"
  measure 'tcpdump -w' tcpdump -r "$FILE" -w /dev/null
  measure 'tracetcp --read -n' "$tracetcp" -n --read "$FILE"
  measure 'tracetcp --read -n -c' "$tracetcp" -n -c --read "$FILE"
  measure 'tracetcp --read -n --json' "$tracetcp" -n --json --read "$FILE"
  if ((round <= 1)); then measure 'tshark' tshark -n -r "$small"; fi
done
echo "| program | packets | seconds | of processors | million packets a second | peak memory, MB |"
echo "|---|---:|---:|---:|---:|---:|"
for name in 'libpcap alone' 'tcpdump -w' 'tracetcp --read -n' 'tracetcp --read -n -c' 'tracetcp --read -n --json'; do
  row "$name" "$packets"
done
row tshark "$slice"

echo
# Of each shape (see generate.cpp) a short one and a long one: the memory must be the same.
echo "| capture | packets | bytes | seconds | of processors | million packets a second | peak memory of tracetcp, MB |"
echo "|---|---:|---:|---:|---:|---:|---:|"
for shape_and_count in paths:1000000 "paths:$packets" paths:12000000 \
  ports:1000000 ports:5000000 targets:1000000 targets:5000000; do
  shape=${shape_and_count%:*} count=${shape_and_count#*:}
  capture "$count" "$shape"
  best=()
  for _ in 1 2; do measure "$shape" "$tracetcp" -n --read "$FILE"; done
  row "$shape" "$count" " $(stat -c %s "$FILE") |"
done
uptime
