#!/bin/bash
# The program's help text, the man page and the completions name the same options; README and what
# lies in docs/ name no others, and README is one page. Prints TAP:
# docs.sh PROGRAM MAN_PAGE BASH_COMPLETION ZSH_COMPLETION FISH_COMPLETION README DOCS...
set -euo pipefail
export LC_ALL=C
# shellcheck source=test/tap.sh
source "$(dirname "$0")/../tap.sh"
needs mandoc
program=$1 man_page=$2 completion=$3 zsh=$4 fish=$5 readme=$6
pages=("${@:6}")

# All options in a text, one a line.
options() { tr -c -- '-a-zA-Z0-9?' '\n' | sed -nE '/^(--[a-z][a-z0-9-]+|-[a-zA-Z46?])$/p' | sort -u; }
missing() { comm -23 <(echo "$1") <(echo "$2") | paste -sd' '; }

# Each option begins a line: "  -h, --first-ttl N  first TTL". The text beside it may name others.
in_help=$("$program" --help | grep -E '^ {1,6}-' |
  sed -E 's/^ *(-[a-zA-Z46?])?(, *)?(--[a-z0-9-]+)?.*/\1 \3/' | options)
in_man=$(mandoc -T ascii "$man_page" | sed 's/.\x08//g' | options)
# Words that a completion script itself uses (complete -F, compgen -W) are not the program's.
in_completion=$(sed -n "/options='/,/'\$/p" "$completion" | tr "'" ' ' | options)
in_zsh=$(sed -n '/options=(/,/^  )/p' "$zsh" | tail -n +2 | sed -E 's/\[[^]]*\]//' | options)
# One line each, as in: complete -c tracetcp -s h -l first-ttl -x -d 'first TTL'
in_fish=$(sed -nE "s/ -d .*//; s/^complete -c tracetcp( -s '?([a-zA-Z46?])'?)?( -l ([a-z0-9-]+))?.*/-\2 --\4/p" \
  "$fish" | options)
# An option is written as code there.
# shellcheck disable=SC2016 # a backquote of Markdown
in_pages=$(cat "${pages[@]}" | grep -oE '`-[^`]*' | options)

none "--help names its options" "$([[ $(wc -l <<< "$in_help") -ge 25 ]] || echo "only: $in_help")"
none "in the man page" "$(missing "$in_help" "$in_man")"
none "in the completion" "$(missing "$in_help" "$in_completion")"
none "in zsh's" "$(missing "$in_help" "$in_zsh")"
none "in fish's" "$(missing "$in_help" "$in_fish")"
none "README and docs name no others" "$(missing "$in_pages" "$in_help")"
none "they name options" "$([[ $(wc -l <<< "$in_pages") -ge 20 ]] || echo "only: $in_pages")"
none "README is one page" "$([[ $(wc -l < "$readme") -le 150 ]] || wc -l < "$readme")"
none "all links lead to something" "$(for page in "${pages[@]}"; do
  grep -oE '\]\([^):#]+\)' "$page" | tr -d '()]' |
    while read -r to; do [[ -e $(dirname "$page")/$to ]] || echo "$page: $to"; done
done)"
none "the man page names no others" "$(missing "$in_man" "$in_help")"
none "the completion names no others" "$(missing "$in_completion" "$in_help")"
none "nor does zsh's" "$(missing "$in_zsh" "$in_help")"
none "nor does fish's" "$(missing "$in_fish" "$in_help")"
none "the man page is well-formed" "$(mandoc -T lint -W warning "$man_page" 2>&1)"
none "the completion is well-formed" "$(bash -n "$completion" 2>&1)"

done_testing
