# shellcheck shell=bash
# Starts a test again in namespaces of its own: as root where that is allowed, else in a user namespace.

# The options of unshare, and then the command, if any, that prepares the new namespaces.
NAMESPACES=()

# find_namespaces OPTIONS USER_OPTIONS TRIAL: leaves in NAMESPACES what works; both lists of options are
# separated by spaces. TRIAL is a command that root must be able to run in them. In a plain chroot unshare can't
# make the mounts private, as its root is no mount point, and the kernel refuses user namespaces there:
# chroot_root takes the first of these obstacles away.
find_namespaces() {
  local options user_options trial
  read -ra options <<< "$1"
  read -ra user_options <<< "$2"
  read -ra trial <<< "$3"
  NAMESPACES=("${options[@]}")
  if unshare "${NAMESPACES[@]}" "${trial[@]}" 2> /dev/null; then return 0; fi
  NAMESPACES=("${options[@]}" --propagation unchanged "$(dirname "${BASH_SOURCE[0]}")/chroot_root")
  if unshare "${NAMESPACES[@]}" "${trial[@]}" 2> /dev/null; then return 0; fi
  NAMESPACES=("${options[@]}" "${user_options[@]}")
  unshare "${NAMESPACES[@]}" true 2> /dev/null
}

# skip_without_namespaces NAME: what a test prints that can't have them.
skip_without_namespaces() {
  printf 'ok 1 - %s # SKIP %s\n1..1\n' "$1" \
    "unshare is refused: run it as root, or where users may make namespaces (never in a chroot)"
  exit 0
}
