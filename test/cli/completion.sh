#!/bin/bash
# What bash completes. Bash hands over --method=raw as three words, as "=" is in COMP_WORDBREAKS.
# Usage: completion.sh COMPLETION
set -u
# shellcheck source=/dev/null
source "$1"

number=0 failed=0

# completes EXPECTED WORD...: the last word is the one under the cursor.
completes() {
  local expected=$1
  shift
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
  _tracetcp
  number=$((number + 1))
  if [[ ${COMPREPLY[*]} == "$expected" ]]; then
    echo "ok $number - $*"
  else
    echo "not ok $number - $*"
    echo "# expected: $expected; completed: ${COMPREPLY[*]}"
    failed=1
  fi
}

completes 'auto raw link connect' tracetcp --method ''
completes 'auto raw link connect' tracetcp --method =
completes 'raw' tracetcp --method = r
completes 'open closed blocked' tracetcp --expect =
completes 'closed' tracetcp --expect = c
completes 'always' tracetcp --color = al
completes 'port' tracetcp --tag = p
completes 'gopher' tracetcp host : goph
completes 'ssh,gopher' tracetcp host : ssh,goph
completes 'gopher' tracetcp -r goph
completes 'ssh,gopher' tracetcp -r ssh,goph
completes 'gopher' tracetcp -r ssh goph
completes 'gopher' tracetcp host --control goph
completes 'gopher' tracetcp --control = goph
completes '--max-hops --matrix' tracetcp --ma
echo "1..$number"
exit $failed
