#!/bin/bash
# How fast captures are read, and in how much memory: prints two tables in Markdown.
#   test/bench/read.sh BUILD [PACKETS]       BUILD: a build folder, optimized; default 5000000 packets
# It makes its captures (3.4 GB) in a folder that it removes; DIR=FOLDER keeps them there. Each
# program reads each file once to have it in memory, then ROUNDS times (5), in turns; the best counts.
# Time is that of the processor, as the machine may have other work: no program here has two threads.
set -euo pipefail
build=$(realpath "$1") packets=${2-5000000} rounds=${ROUNDS-5}
ninja -C "$build" bench > /dev/null
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

declare -A best peak
# measure NAME COMMAND...
measure() {
  local name=$1 _ cpu kilobytes
  read -r _ cpu kilobytes < <("$bench-measure" "${@:2}")
  if [[ -z ${best[$name]-} ]] || awk "BEGIN { exit !($cpu < ${best[$name]}) }"; then
    best[$name]=$cpu
  fi
  peak[$name]=$kilobytes
}
# row NAME PACKETS
row() {
  awk -v name="$1" -v n="$2" -v s="${best[$1]}" -v kb="${peak[$1]}" \
    'BEGIN { printf "| %s | %d | %.2f | %.2f | %.0f |\n", name, n, s, n / s / 1e6, kb / 1024 }'
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
echo "| program | packets | seconds | million packets a second | peak memory, MB |"
echo "|---|---:|---:|---:|---:|"
for name in 'libpcap alone' 'tcpdump -w' 'tracetcp --read -n' 'tracetcp --read -n -c' 'tracetcp --read -n --json'; do
  row "$name" "$packets"
done
row tshark "$slice"

echo
# Of each shape (see generate.cpp) a short one and a long one: the memory must be the same.
echo "| capture | packets | bytes | seconds | million packets a second | peak memory of tracetcp, MB |"
echo "|---|---:|---:|---:|---:|---:|"
for shape_and_count in paths:1000000 "paths:$packets" paths:12000000 \
  ports:1000000 ports:5000000 targets:1000000 targets:5000000; do
  shape=${shape_and_count%:*} count=${shape_and_count#*:}
  capture "$count" "$shape"
  best=()
  for _ in 1 2; do measure "$count" "$tracetcp" -n --read "$FILE"; done
  row "$count" "$(stat -c %s "$FILE")" | awk -F'|' -v n="$count" -v shape="$shape" \
    '{ printf "| %s | %d |%s|%s| %.2f |%s|\n", shape, n, $3, $4, n / $4 / 1e6, $6 }'
done
