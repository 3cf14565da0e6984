# shellcheck shell=bash
# The Test Anything Protocol, for the tests in shell: one line per case, the plan at the end.

TAP_COUNT=0 TAP_FAILED=0

# The same language; but jq compiles a library of its own at each start, which took half the time of
# all these tests.
jq() { gojq "$@"; }

# needs PROGRAM...: where one of them is not installed nothing is tested, and that is the reason.
needs() {
  local program
  for program in "$@"; do
    if PATH=$PATH:/usr/sbin:/sbin type -P "$program" > /dev/null; then continue; fi
    printf 'ok 1 - %s # SKIP %s is not installed\n1..1\n' "$(basename "$0" .sh)" "$program"
    exit 0
  done
}

# ok NAME COMMAND...: passes where the command does; what it prints is shown where it does not.
ok() {
  local name=$1 why
  shift
  TAP_COUNT=$((TAP_COUNT + 1))
  if why=$("$@" 2>&1); then
    echo "ok $TAP_COUNT - $name"
  else
    TAP_FAILED=$((TAP_FAILED + 1))
    echo "not ok $TAP_COUNT - $name"
    printf '%s\n' "${why:-$*}" | sed 's/^/#   /'
  fi
}

same() {
  [[ $1 == "$2" ]] || {
    printf 'got:\n%s\nwanted:\n%s\n' "$1" "$2"
    return 1
  }
}
matches() {
  [[ $1 =~ $2 ]] || {
    printf 'got:\n%s\nwanted a match of:\n%s\n' "$1" "$2"
    return 1
  }
}

# is NAME GOT WANTED; like NAME GOT REGEX; none NAME FINDINGS
is() { ok "$1" same "$2" "$3"; }
like() { ok "$1" matches "$2" "$3"; }
none() { ok "$1" same "$2" ""; }

bail() {
  echo "Bail out! $*"
  exit 1
}

done_testing() {
  echo "1..$TAP_COUNT"
  exit $((TAP_FAILED > 0))
}
