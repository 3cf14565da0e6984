#!/bin/bash
# Port scans of a Linux host behind a Linux router, without delay: ours and nmap's in one run.
#
#   test/bench/scan.sh PROGRAM LISTEN [RUNS]      (build/src/cli/tracetcp build/test/lab/listen)
#
# All of it is in network namespaces of its own, client - router - server, and gone at the end. Of
# the server's 65,535 ports 16 are open; the rest is closed (RST) in one case, silent in the other.
# Prints a table in Markdown, a line per run: what it took, how many SYNs the server's interface saw,
# how many of the open ports were found, and how many ports were called what they are not.
set -euo pipefail

[[ ${BENCH_INSIDE-} ]] || {
  how=(--net --mount --pid --fork --kill-child --mount-proc)
  [[ $(id -u) == 0 ]] || how+=(--user --map-root-user)
  BENCH_INSIDE=1 exec unshare "${how[@]}" "$BASH" "$0" "$@"
}
trap 'exit 130' INT TERM

program=$(realpath "$1") listen=$(realpath "$2") runs=${3-1}
server=10.79.2.2 last=65535
open=(21 22 25 53 80 110 143 443 993 3306 5432 8080 9090 31337 50000 65000)
scratch=/run/bench

build() {
  mount -t tmpfs tmpfs /run
  mkdir -p /run/netns "$scratch"
  local node
  for node in client router server; do
    ip netns add "$node"
    ip -n "$node" link set lo up
  done
  ip -n client link add right type veth peer name left netns router
  ip -n router link add right type veth peer name left netns server
  ip -n client address add 10.79.1.1/24 dev right
  ip -n router address add 10.79.1.2/24 dev left
  ip -n router address add 10.79.2.1/24 dev right
  ip -n server address add "$server/24" dev left
  ip -n client link set right up
  ip -n router link set left up
  ip -n router link set right up
  ip -n server link set left up
  ip -n client route add default via 10.79.1.2
  ip -n server route add default via 10.79.2.1
  ip netns exec router "$BASH" -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
  keep_apart
  local line pipe
  exec {pipe}< <(exec ip netns exec server "$listen" "${open[@]}")
  read -r -t 5 line <&"$pipe" && [[ $line == ready ]]
}

# What router and server do for a packet would run, and count, as part of the system call that sends
# it. So the tool gets the first processor, and the first interface on the way hands on to the
# second.
tool=()
keep_apart() {
  [[ $(nproc) -gt 1 ]] || return 0
  # shellcheck disable=SC2016 # for the inner shell to expand
  if ip netns exec router "$BASH" -c 'echo 2 > /sys/class/net/left/queues/rx-0/rps_cpus'; then
    tool=(taskset -c 0)
  fi
}

# rules closed|silent: what the server does to all other ports; the counter begins at 0.
rules() {
  local drop=''
  if [[ $1 == silent ]]; then
    drop="tcp dport != { $(IFS=, && echo "${open[*]}") } drop"
  fi
  ip netns exec server nft -f - << RULES
flush ruleset
table inet bench {
  counter syns { }
  chain input {
    type filter hook input priority 0;
    tcp flags & (syn | ack) == syn counter name syns
    $drop
  }
}
RULES
}
syns() { ip netns exec server nft list counter inet bench syns | sed -nE 's/.*packets ([0-9]+).*/\1/p'; }

# What each tool reports: "PORT STATE" lines with open, closed or silent. nmap sums up what it has
# most of, so that those that it does not list are taken to be that.
our_states() {
  sed -nE 's/^\[[^:]*:([0-9]+)\].*(Port OPEN|Port CLOSED|timed out|reports).*/\1 \2/p' "$1" |
    sed -E 's/Port OPEN/open/; s/Port CLOSED/closed/; s/timed out|reports/silent/'
}
nmap_states() {
  local rest
  rest=$(sed -nE 's/^Not shown: [0-9]+ ([a-z]+).*/\1/p' "$1")
  awk -v rest="$rest" -v last=$last '
    $1 ~ /^[0-9]+\/tcp$/ { split($1, port, "/"); state[port[1]] = $2 }
    END { for (i = 1; i <= last; ++i) print i, (i in state) ? state[i] : rest }' "$1" |
    sed -E 's/filtered$/silent/'
}

# judge CASE < STATES: "open ports found | false results".
judge() {
  awk -v others="$1" -v open="${open[*]}" -v last=$last '
    BEGIN { n = split(open, list, " "); for (i = 1; i <= n; ++i) want[list[i]] = 1 }
    { seen[$1] = $2 }
    END {
      for (i = 1; i <= last; ++i) {
        right = (i in want) ? "open" : others
        if (i in want && seen[i] == "open") ++found
        if (seen[i] != right) ++wrong
      }
      printf "%d/%d | %d", found, n, wrong
    }'
}

# bench CASE NAME STATES COMMAND...
bench() {
  local states=$3 case=$1 name=$2 wall user system
  shift 3
  rules "$case"
  TIMEFORMAT='%R %U %S'
  read -r wall user system < <({ time ip netns exec client "${tool[@]}" "$@" > "$scratch/out" 2> "$scratch/err"; } 2>&1)
  local cpu
  cpu=$(awk -v a="$user" -v b="$system" 'BEGIN { printf "%.2f", a + b }')
  echo "| $case | $name | $wall | $cpu | $(syns) | $("$states" "$scratch/out" | judge "$case") |"
}

build
echo '| the rest is | tool | wall s | CPU s | SYNs | open found | false |'
echo '|---|---|---|---|---|---|---|'
for ((run = 0; run < runs; ++run)); do
  for case in closed silent; do
    bench $case 'tracetcp -s -F' our_states "$program" "$server" -s 1 $last -F
    bench $case 'tracetcp -s' our_states "$program" "$server" -s 1 $last
    if [[ ${ONLY_OURS-} ]]; then continue; fi
    bench $case 'nmap -T4' nmap_states nmap -n -Pn -sS -T4 -p 1-$last "$server"
    bench $case 'nmap -T5 --min-rate 20000' nmap_states \
      nmap -n -Pn -sS -T5 --min-rate 20000 -p 1-$last "$server"
  done
done
