#!/bin/bash
# --check: which methods work, proved by a SYN each, and what to do about the others.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"
cp "$PROGRAM" "$LAB_TMP/tracetcp" # where every user can read it

# check_by COMMAND... -- ARGUMENTS...: the program under that command.
check_by() {
  local command=()
  while [[ $1 != -- ]]; do
    command+=("$1")
    shift
  done
  shift
  STATUS=0
  on client "${command[@]}" "$LAB_TMP/tracetcp" --check "$@" > "$LAB_TMP/out" 2> "$LAB_TMP/err" || STATUS=$?
  OUT=$(< "$LAB_TMP/out") ERR=$(< "$LAB_TMP/err")
}
methods() {
  jq -r '[.methods as $all | "raw", "link", "connect" | "\(.) \($all[.].works) \($all[.].proved)"]
    | join(",")' <<< "$OUT"
}

check_by env -- --json "$SERVER:81"
is "with privileges" "$STATUS$ERR $(methods)" "0 raw true true,link true true,connect true true"
is "nothing to do" "$(jq -c .advice <<< "$OUT")" "[]"
is "the way there" "$(jq -r '.machine | [.interface, .source, .gateway] | join(" ")' <<< "$OUT")" "right (Ethernet) 10.77.1.1 10.77.1.2"
check_by env -- "$SERVER"
is "one screen" "$(($(wc -l <<< "$OUT") <= 24))" 1
like "in text" "$OUT" $'--method raw  \tyes: 10\\.77\\.10\\.2 answered \\(syn-ack\\) in [0-9.]+ ms'

# Of the capabilities that LAB_DROP takes away these keep the bounding set, as on a machine that is no
# container. This one may be.
drop=() word=
for word in "${LAB_DROP[@]}"; do
  [[ $word == --bounding-set=* ]] || drop+=("$word")
done
check_by "${drop[@]}" -- --json "$SERVER"
is "without privileges" "$STATUS$ERR $(methods)" "0 raw false false,link false false,connect true true"
if lab_may_gain; then
  is "what to do" "$(jq -r '.advice[0]' <<< "$OUT")" "as root: setcap cap_net_raw+ep $LAB_TMP/tracetcp"
fi
check_by env container=podman "${LAB_DROP[@]}" -- --json "$SERVER"
like "what to do in a container" "$(jq -r '.advice[0]' <<< "$OUT")" '^start the container .*podman run --cap-add NET_RAW'
check_by setpriv --no-new-privs "${drop[@]}" -- --json "$SERVER"
like "with no_new_privs" "$(jq -r '.machine.no_new_privs + "/" + .advice[0]' <<< "$OUT")" '^yes: .*/capabilities can.t be gained here'

check_by "$DENY" packet -- --json "$SERVER"
is "packet sockets forbidden" "$STATUS$ERR $(methods)" "0 raw false false,link false false,connect true true"
like "packet sockets forbidden: what to do" "$(jq -r '.advice[0]' <<< "$OUT")" 'NET_RAW'
check_by "$DENY" raw -- --json "$SERVER"
is "raw sockets forbidden" "$STATUS$ERR $(methods)" "0 raw false false,link true true,connect true true"

check_by env -- --json
is "this machine itself" "$STATUS$ERR $(methods)" "0 raw true true,link false false,connect true true"
check_by env -- --json -t 100 "$SERVER:135"
is "nobody answers" "$STATUS$ERR $(methods)" "0 raw true false,link true false,connect true false"

done_testing
