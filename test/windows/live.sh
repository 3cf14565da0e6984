#!/bin/bash
# tracetcp.exe under Wine, whose wpcap captures and injects on the client's link to the kernel routers: every hop
# and the verdict of each kind of port, as lab.sh builds them.
# shellcheck disable=SC2034 # lab.sh reads it
LAB_ROOT=1
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/../lab/lab.sh"

# Wine's services see the network that they were started in: these are the client's.
export WINEPREFIX=$LAB_TMP/wine WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml=' DISPLAY=
mkdir "$WINEPREFIX"
on client wineserver -p < /dev/null > /dev/null 2>&1
on client wine cmd /c ver < /dev/null > /dev/null 2>&1

while read -r port hops verdict; do
  trace --json -n -F "$AT:$port"
  is "$port: hops" "$(json_hops)" "$(routers "$hops")"
  is "$port: verdict" "$(verdict)" "$verdict"
  is "$port: exit status and errors" "$STATUS:$ERR" 0:
done << END
80 9 open 10 $SERVER
81 9 closed 10 $SERVER
135 6 silent 6 $(far 6)
136 6 closed 7 $SERVER
139 6 rejected 6 $(far 6)
140 6 rejected 6 $(far 6)
END

on client wineserver -k || true
done_testing
