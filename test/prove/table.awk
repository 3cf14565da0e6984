# Sums lines of said.sh up: the table "true \ said", what is wrong, then TAP.
#
# 1. Who and where must both be right; where is right if it is not known to the one or the other.
# 2. A finding that is called certain must be what is true of the port (a drop is "blocked" there, a
#    rejection "rejected"), or among those that are true beside it.

function who(claim) { sub(/@.*/, "", claim); return claim }
function where(claim) { return claim ~ /@/ ? substr(claim, index(claim, "@") + 1) : "" }

function is_there(truth, said,    parts) {
  if (truth == "") return 1
  split(said, parts, "/")
  if (truth ~ /[.:]/) return parts[2] == "?" || parts[2] == truth
  return parts[1] == "?" || parts[1] == truth
}

function agrees(truth, said,    name) {
  name = who(truth)
  if (name == "other") name = "target" # what leads it there is a finding
  return name == who(said) && is_there(where(truth), where(said))
}

function finding_of(truth,    name) {
  name = who(truth)
  if (name == "nobody") name = "blocked"
  if (name == "router") name = "rejected"
  return name "@" where(truth)
}

function is_true(finding, truth, beside,    all, i, n) {
  n = split(beside, all, ",")
  all[++n] = finding_of(truth)
  for (i = 1; i <= n; ++i) {
    if (who(all[i]) == who(finding) && is_there(where(all[i]), where(finding))) return 1
  }
  return 0
}

BEGIN {
  FS = "\t"
  columns = split("target,proxy,forged-reset,router,nobody,not sure", column, ",")
  rows = split("forged-reset,nobody,other,proxy,router,target", row, ",")
}

{
  truth = who($2)
  said = who($3)
  if (($4 == "not sure" && said != "nobody") || said == "unknown") said = "not sure"
  ++count[truth, said]
  ++all
  right = agrees($2, $3)
  if (right) ++rights
  if (!right && said == "not sure") ++unsure
  if (!right && said != "not sure") wrong[++wrongs] = $1 ": " $3 " (" $4 "), truly " $2
  if ($4 == "certain") ++claims
  if ($4 == "certain" && !right) certain[++errors] = $1 ": " $3 ", truly " $2
  n = $6 == "-" ? 0 : split($6, findings, ",")
  claims += n
  for (i = 1; i <= n; ++i) {
    if (!is_true(findings[i], $2, $5)) certain[++errors] = $1 ": " findings[i] ", truly " $2
  }
}

END {
  printf "# %-15s", "true \\ said"
  for (i = 1; i <= columns; ++i) printf "%14s", column[i]
  printf "\n"
  for (r = 1; r <= rows; ++r) {
    printf "# %-15s", row[r] == "other" ? "other machine" : row[r]
    for (i = 1; i <= columns; ++i) printf "%14d", count[row[r], column[i]]
    printf "\n"
  }
  printf "# %d traces of %s: %d right, %d not sure, %d wrong; %d claims are called certain\n", all, what, rights, unsure, wrongs, claims
  for (i = 1; i <= wrongs; ++i) print "# said otherwise: " wrong[i]
  for (i = 1; i <= errors; ++i) print "# wrong and certain: " certain[i]
  printf "%sok 1 - nothing wrong is called certain\n", errors ? "not " : ""
  printf "%sok 2 - there is something to judge\n1..2\n", all ? "" : "not "
}
