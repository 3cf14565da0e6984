#!/bin/bash
# Names in the report on a capture: those that the hosts file has, in a network namespace where no
# name server can be reached, which holds up nothing. Prints TAP:
#   names.sh PROGRAM PCAPS
set -euo pipefail
# shellcheck source=test/tap.sh
source "$(dirname "$0")/../tap.sh"
needs gojq
# shellcheck source=test/namespaces.sh
source "$(dirname "$0")/../namespaces.sh"

if [[ ! ${NAMES_INSIDE-} ]]; then
  find_namespaces '--net --mount' '--user --map-root-user' true || skip_without_namespaces names
  NAMES_INSIDE=1 exec unshare "${NAMESPACES[@]}" "$BASH" "$0" "$@"
fi
program=$(realpath "$1") pcap=$(realpath "$2")/closed-scamper.pcap
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
printf '%s\n' '10.77.3.2 three.example' '192.0.2.9 server.example' '10.77.10.2 server.example' > hosts
mount --bind hosts /etc/hosts

"$program" --read "$pcap" > text
is 'a router by its name' "$(grep -c $'\t10.77.3.2\t\\[three\\.example\\]$' text)" 1
is 'the target by its name' "$(grep -c 'Tracing route to 10.77.10.2 \[server\.example\] ' text)" 1
is 'a router without one' "$(grep -c $'\t10.77.4.2$' text)" 1
"$program" --read - < "$pcap" > piped
is 'standard input gets the same' "$(< piped)" "$(< text)"
is 'JSON' "$("$program" --json --read "$pcap" | jq -c '[.target.name, .hops[2].probes[0].name]')" \
  '["server.example","three.example"]'
is 'a host is chosen by any address of its name' \
  "$("$program" -n --read "$pcap" server.example | grep -c 'Tracing route to 10\.77\.10\.2 ')" 1
is 'no names with -n' "$("$program" -n --read "$pcap" | grep -c example || true)" 0
done_testing
