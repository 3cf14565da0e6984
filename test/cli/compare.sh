#!/bin/bash
# --compare and --baseline in simulated networks: exit statuses, sentences and JSON. What changed is what the
# second network's file has otherwise. Prints TAP:  compare.sh PROGRAM NETWORKS
set -euo pipefail
# shellcheck source=test/tap.sh
source "$(dirname "$0")/../tap.sh"
needs gojq
program=$(realpath "$1") networks=$(realpath "$2")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

# said ARGUMENTS...: the exit status and standard error; standard output is in out.
said() {
  local status=0
  "$program" "$@" > out 2> err || status=$?
  echo "$status $(< err)"
}

cp "$networks/examples.toml" before.toml
sed 's/62\.30\.193\.33/62.30.193.35/' before.toml > router.toml
traced() { "$program" --json -n "${@:3}" --sim "$2.toml" > "$1.json"; }
traced old before www.ebay.co.uk
traced new router www.ebay.co.uk
traced later before www.ebay.co.uk -p 5 --seed 9
hop='Hop 3: 62.30.193.35 instead of 62.30.193.33.'

is "a router is another: exit status 3" "$(said --compare old.json new.json) $(< out)" "3  $hop"
is "the other way round" "$(said --compare new.json old.json) $(< out)" \
  "3  Hop 3: 62.30.193.33 instead of 62.30.193.35."
is "nothing changed: exit status 0" "$(said --compare old.json later.json) $(< out)" "0  Nothing changed."
said --compare old.json new.json --json > /dev/null
ok "in JSON" jq -e '.schema == 1 and .same == false and (.changes | length) == 1 and (.changes[0] |
  .kind == "hop" and .ttl == 3 and .before == "62.30.193.33" and .after == "62.30.193.35"
  and .target == {address: "66.135.192.41", ports: [80]})' out
said --compare old.json later.json --json > /dev/null
ok "in JSON: nothing" jq -e '.same and .changes == [] and .compared == 1' out

"$program" -n www.ebay.co.uk --no-control --sim router.toml --write new.pcap > /dev/null
is "a file of JSON with a capture" "$(said --compare old.json new.pcap) $(< out)" "3  $hop"
is "two captures" "$(said --compare new.pcap new.pcap) $(< out)" "0  Nothing changed."
is "standard input" "$("$program" --compare - old.json < new.json || echo $?)" \
  "Hop 3: 62.30.193.33 instead of 62.30.193.35.
3"

traced open before www.ebay.co.uk -r 80 82
traced blocked before www.ebay.co.uk -r 80 82 -m 30
is "several ports" "$(said --compare open.json blocked.json) $(< out)" "0  Nothing changed."
sed 's/^open = .*/open = [25, 110, 143, 6000]/; s/^closed = .*/closed = [80, 81]/' "$networks/rejects.toml" > rejects-closed.toml
cp "$networks/rejects.toml" .
traced rejects rejects guarded -r 79 81
traced rejects-closed rejects-closed guarded -r 79 81
is "a port of several" "$(said --compare rejects.json rejects-closed.json --json) $(jq -c \
  '[.changes[] | {kind, before, after, ports: .target.ports}]' out)" \
  '3  [{"after":"closed","before":"open","kind":"port","ports":[80]}]'
traced one rejects guarded:80
traced one-closed rejects-closed guarded:80
is "the same port alone" "$(said --compare one.json one-closed.json --json) $(jq -c \
  '[.changes[] | {kind, before, after}]' out)" '3  [{"after":"closed","before":"open","kind":"verdict"}]'

# --baseline: the report as always, then what changed.
"$program" -n www.ebay.co.uk --sim router.toml > plain
is "--baseline: exit status" "$(said -n www.ebay.co.uk --sim router.toml --baseline old.json)" "3 "
is "--baseline: the report, then the change" "$(< out)" "$(< plain)
$hop"
is "--baseline: nothing changed" "$(said -n www.ebay.co.uk --sim before.toml --baseline old.json)$(tail -n 1 out)" \
  "0 Nothing changed."
is "--baseline: JSON" "$(said --json -n www.ebay.co.uk --sim router.toml --baseline old.json) $(tail -n 1 out |
  jq -c '[.same, .changes[0].kind]') $(head -n 1 out | jq .target.port)" '3  [false,"hop"] 80'
traced port before www.ebay.co.uk --source-port 40123
said --json -n www.ebay.co.uk --sim router.toml --baseline port.json > /dev/null
is "--baseline: the flow is that of before" "$(head -n 1 out | jq .source.port)" 40123

like "other ports" "$(said --compare old.json one.json)" '^1 tracetcp: old\.json has no trace to any of these ports'
like "no JSON" "$(echo '{"hops' > broken.json && said --compare old.json broken.json)" \
  '^1 tracetcp: broken\.json, line 1 is no JSON'
like "no capture" "$(echo text > text.txt && said --compare old.json text.txt)" '^1 tracetcp: .*text\.txt'
like "no file" "$(said --compare old.json nosuch.json)" '^1 tracetcp: cannot read nosuch\.json: No such file'
like "one file" "$(said --compare old.json)" '^2 tracetcp: --compare takes two files'
like "two times standard input" "$(said --compare - -)" '^2 tracetcp: .*standard input'
like "with a capture to read" "$(said --compare old.json new.json --read new.pcap)" '^2 tracetcp: --compare and --read'
like "a scan with a baseline" "$(said -s 1 9 h --baseline old.json)" '^2 tracetcp: --baseline and .*scan'

done_testing
