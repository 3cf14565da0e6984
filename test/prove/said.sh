# shellcheck shell=bash
# What the program says of a port beside what is true of it, as lines of a table.

# said_beside SOURCE WHO@WHERE CERTAIN: for each trace of the JSON on standard input a line
#   SOURCE  WHO@WHERE  WHO@TTL/ADDRESS  CONFIDENCE  CERTAIN  CERTAIN
# with what is true before what is said; known.tsv has the words. Summaries are no traces.
said_beside() {
  # shellcheck disable=SC2016 # for gojq to expand
  gojq -r --arg source "$1" --arg true "$2" --arg certain "$3" '
    def place: "\(.ttl // "?")/\(.address // "?")";
    select(.verdict) | [$source, $true,
      "\(.verdict.answered_by)@\(.verdict.at // {} | place)", .verdict.confidence, $certain,
      ([.findings[]? | select(.confidence == "certain") | "\(.kind)@\(.at // {} | place)"]
        | if length == 0 then "-" else join(",") end)] | @tsv'
}
