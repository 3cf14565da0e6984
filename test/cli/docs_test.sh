#!/bin/sh
# Holds the man page and the bash completion against the program's own help text:
#   docs_test.sh PROGRAM MAN_PAGE COMPLETION
# Every option of one must be in the other. In the man page and the completion any "--word" counts
# as an option of this program.
set -u
export LC_ALL=C

[ $# -eq 3 ] || { echo "usage: $0 PROGRAM MAN_PAGE COMPLETION" >&2; exit 2; }
program=$1 man_page=$2 completion=$3
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
failures=0

fail() {
  echo "FAIL: $*"
  failures=$((failures + 1))
}

# Standard input: text. Output: its long options, sorted, each once.
long_options() {
  grep -oE -- '(^|[^-[:alnum:]])--[a-z][-a-z0-9]*' | grep -oE -- '--[a-z].*' | sort -u
}

"$program" --help > "$scratch/help" || fail "$program --help exits with $?"
# Option lines begin like "  -h, --first-ttl N" or "      --json"; running text is further right.
grep -E '^ {2}(-.|    --)' "$scratch/help" > "$scratch/option_lines"
cut -c1-30 "$scratch/option_lines" | long_options > "$scratch/long"
cut -c3-4 "$scratch/option_lines" | grep -E -- '^-' | sort -u > "$scratch/letters"
[ "$(wc -l < "$scratch/long")" -ge 20 ] || fail "--help lists fewer than 20 long options"
[ "$(wc -l < "$scratch/letters")" -ge 10 ] || fail "--help lists fewer than 10 letters"

# In roff a hyphen that stays one is written \-, and font changes are \fB and the like.
sed -e 's/^[.\\]".*//' -e 's/\\f[A-Z]//g' -e 's/\\-/-/g' "$man_page" > "$scratch/man"
grep -vE '^[[:space:]]*#' "$completion" > "$scratch/completion"

for document in man completion; do
  long_options < "$scratch/$document" > "$scratch/$document.long"
  for option in $(comm -23 "$scratch/long" "$scratch/$document.long"); do
    fail "$option is in --help but not in the $document"
  done
  for option in $(comm -13 "$scratch/long" "$scratch/$document.long"); do
    fail "$option is in the $document but not in --help"
  done
  while read -r letter; do
    grep -qE -- "(^|[^-[:alnum:]])-[${letter#-}]([^-[:alnum:]]|\$)" "$scratch/$document" ||
      fail "$letter is in --help but not in the $document"
  done < "$scratch/letters"
done

[ "$failures" -eq 0 ] && echo "man page, completion and --help name the same options"
[ "$failures" -eq 0 ]
