#!/bin/bash
# The programs in examples/ have at most 25 lines and print what they say. Prints TAP:
#   examples.sh SOURCE_ROOT SIMULATED LIVE VERDICTS CRAFT ALARM_TEST
set -euo pipefail
# shellcheck source=test/tap.sh
source "$(dirname "$0")/../tap.sh"
root=$1 simulated=$2 live=$3 verdicts=$4 craft=$5 alarm_test=$6

none "they have at most 25 lines" "$(wc -l "$root"/examples/*.cpp | awk '$2 != "total" && $1 > 25 { print $2 }')"

like "a port in a simulated network" \
  "$("$simulated" www.ebay.co.uk "$root/test/networks/examples.toml")" 'beyond hop 2 \(10\.78\.128\.1\)'
# Nothing listens on port 1 of this machine.
like "each hop of a live trace" "$("$live" 127.0.0.1 1 2>&1)" '^1 127\.0\.0\.1'$'\n''.*127\.0\.0\.1'
like "the verdict of a capture" "$("$verdicts" "$root/pcaps/dropped-at-6-scamper.pcap")" ':[0-9]+: .*hop 6 '
like "a file that is not there" "$("$verdicts" /no/such.pcap 2>&1 || echo "status $?")" '/no/such.pcap.*'$'\n''status 1'
# Fields by RFC 791 and RFC 9293: version 4, 20 bytes, TOS 0, 60 bytes in all, id 7, DF, TTL 5, TCP.
like "the bytes of a SYN" "$("$craft")" \
  '^4500003c000740000506....c0000201c63364079c4001bb0102030400000000a002faf0'
ok "a test of your own code" "$alarm_test" "$root/pcaps/dropped-at-6-scamper.pcap"
done_testing
