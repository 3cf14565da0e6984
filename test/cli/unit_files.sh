#!/bin/bash
# The units of systemd in docs/systemd, by systemd's own check, with this program in the place of the installed one.
# Prints TAP:
#   unit_files.sh PROGRAM FOLDER
# shellcheck source=test/tap.sh
source "$(dirname "$0")/../tap.sh"
needs systemd-analyze
program=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

for unit in "$2"/*.service; do
  name=$(basename "$unit")
  # The man page is not installed here.
  sed -E "s|^ExecStart=/usr/bin/tracetcp|ExecStart=$program|; /^Documentation=/d" "$unit" > "$folder/$name"
  none "$name is right" "$(systemd-analyze verify "$folder/$name" 2>&1)"
  is "$name: the program may have one capability" \
    "$(grep -E '^(Ambient|CapabilityBoundingSet)' "$unit")" \
    $'AmbientCapabilities=CAP_NET_RAW\nCapabilityBoundingSet=CAP_NET_RAW'
  ok "$name: an end by SIGTERM is no failure" grep -qx SuccessExitStatus=130 "$unit"
  # What the unit runs is a command line that the program takes.
  command=$(sed -nE 's|^ExecStart=/usr/bin/tracetcp (.*)|\1|p' "$unit" | sed 's|%i|target:80|')
  # shellcheck disable=SC2086 # words of a command line
  refused=$("$program" $command --rounds 1 --sim /nonexistent 2>&1 || true)
  like "$name: it runs what the program understands" "$refused" 'nonexistent'
done
done_testing
