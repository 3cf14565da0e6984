#!/bin/bash
# Traces that run at the same time don't take each other's replies.
# shellcheck source=test/lab/lab.sh
source "$(dirname "$0")/lab.sh"

# To different ports: they end differently, so a mix-up shows. To the same port: the flows differ
# in nothing but the source port and the sequence number.
ports=(80 81 135 139 80 80) running=()
for i in "${!ports[@]}"; do
  on client "$PROGRAM" --json -n -F "$SERVER:${ports[i]}" > "$LAB_TMP/trace.$i" 2>&1 &
  running+=($!)
done
for pid in "${running[@]}"; do wait "$pid" || true; done

want() {
  case $1 in
    80) echo "$(routers 9) open 10 $SERVER" ;;
    81) echo "$(routers 9) closed 10 $SERVER" ;;
    135) echo "$(routers 6) silent 6 10.77.6.2" ;;
    139) echo "$(routers 6) rejected 6 10.77.6.2" ;;
  esac
}
for i in "${!ports[@]}"; do
  OUT=$(< "$LAB_TMP/trace.$i")
  is "trace $((i + 1)), port ${ports[i]}" "$(json_hops) $(verdict)" "$(want "${ports[i]}")"
done
is "a source port of its own for each" "$(jq -r .source.port "$LAB_TMP"/trace.* | sort -u | wc -l)" \
  "${#ports[@]}"

done_testing
