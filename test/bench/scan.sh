#!/bin/bash
# Port scans: ours and nmap's in one run.
#   test/bench/scan.sh [BUILD [RUNS]]    as root; prints a table in Markdown, a line for each scan
# Of 65,535 ports 16 are open; the rest is closed (RST) in one case, silent in the other. "K" is a
# Linux host behind a Linux router, without delay; "E" a host 80 ms away behind 15 routers, by the
# emulator. All is in namespaces of its own. The columns: what it took, how many SYNs came there, how
# many of the open ports were found, and how many ports were called what they are not.
# shellcheck disable=SC2016 # backquotes are Markdown's
set -euo pipefail
cd "$(dirname "$0")/../.."
build=$(realpath "${1:-build}") runs=${2-1}
program=$build/src/cli/tracetcp listen=$build/test/lab/listen
if [[ -z ${BENCH_INSIDE-} ]]; then
  ninja -C "$build" src/cli/tracetcp test/lab/listen bench > /dev/null
  BENCH_INSIDE=1 exec unshare --net --mount --pid --fork --kill-child --mount-proc "$BASH" "$0" "$build" "$runs"
fi
trap 'exit 130' INT TERM

server=10.79.2.2 emulated=198.51.100.1 last=65535
open=(21 22 25 53 80 110 143 443 993 3306 5432 8080 9090 31337 50000 65000)
scratch=/run/bench

build_kernel_network() {
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
apart=()
keep_apart() {
  [[ $(nproc) -gt 1 ]] || return 0
  # shellcheck disable=SC2016 # for the inner shell to expand
  if ip netns exec router "$BASH" -c 'echo 2 > /sys/class/net/left/queues/rx-0/rps_cpus'; then
    apart=(taskset -c 0)
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
kernel_syns() {
  ip netns exec server nft list counter inet bench syns | sed -nE 's/.*packets ([0-9]+).*/\1/p'
}

# emulate closed|silent: a new network on the device "bench".
emulator=''
emulate() {
  stop_emulator
  mkfifo "$scratch/emulator.in" "$scratch/emulator.out"
  "$build/test/bench/bench-emulator" bench <(emulated_network "$1") < "$scratch/emulator.in" > "$scratch/emulator.out" &
  emulator=$!
  exec {to_emulator}> "$scratch/emulator.in" {from_emulator}< "$scratch/emulator.out"
  rm "$scratch/emulator.in" "$scratch/emulator.out"
  read -r _ <&"$from_emulator"
  ip link set lo up
  ip address add 192.168.0.2/32 dev bench
  ip route add default dev bench
}
stop_emulator() {
  [[ $emulator ]] || return 0
  eval "exec ${to_emulator}>&- ${from_emulator}<&-"
  wait "$emulator" || true
  emulator=''
}
emulated_network() {
  local ttl via=''
  for ttl in {1..15}; do
    printf '[router.r%d]\naddress = "10.9.%d.1"\nrtt = %d\n' "$ttl" "$ttl" $((ttl * 5))
    via+="\"r$ttl\", "
  done
  printf '[[host]]\naddress = "%s"\notherwise = "%s"\n' "$emulated" "$1"
  printf 'open = [%s]\n' "$(IFS=, && echo "${open[*]}")"
  printf '[[route]]\nto = "%s"\nvia = [%s]\nrtt = 80\n' "$emulated" "${via%, }"
}
emulated_syns() {
  kill -USR1 "$emulator"
  local count
  read -r count <&"$from_emulator"
  echo "$count"
}

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

# bench NETWORK CASE NAME STATES COMMAND...
bench() {
  local where=$1 case=$2 name=$3 states=$4 wall user system cpu count
  shift 4
  local in=()
  if [[ $where == K ]]; then
    rules "$case"
    in=(ip netns exec client "${apart[@]}")
  else
    emulate "$case"
  fi
  TIMEFORMAT='%R %U %S'
  read -r wall user system < <({ time "${in[@]}" "$@" > "$scratch/out" 2> "$scratch/err"; } 2>&1)
  cpu=$(awk -v a="$user" -v b="$system" 'BEGIN { printf "%.2f", a + b }')
  if [[ $where == K ]]; then count=$(kernel_syns); else count=$(emulated_syns); fi
  echo "| $where, the rest $case | $name | $wall | $cpu | $count | $("$states" "$scratch/out" | judge "$case") |"
}

build_kernel_network
echo '| network | command | wall s | CPU s | SYNs | open found | false |'
echo '|---|---|---|---|---|---|---|'
for ((run = 0; run < runs; ++run)); do
  for where in ${NETWORKS-K E}; do
    if [[ $where == K ]]; then target=$server; else target=$emulated; fi
    for case in closed silent; do
      bench "$where" $case '`tracetcp -s 1 65535 -F`' our_states "$program" "$target" -s 1 $last -F
      bench "$where" $case '`tracetcp -s 1 65535`' our_states "$program" "$target" -s 1 $last
      if [[ ${PEERS-all} == none ]]; then continue; fi
      bench "$where" $case '`nmap -sS -T4 -p-`' nmap_states nmap -n -Pn -sS -T4 -p 1-$last "$target"
      bench "$where" $case '`nmap -sS -T5 --min-rate 20000 -p-`' nmap_states \
        nmap -n -Pn -sS -T5 --min-rate 20000 -p 1-$last "$target"
    done
  done
done
stop_emulator
