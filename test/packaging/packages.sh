#!/bin/bash
# What building needs has one name everywhere: in the scripts, in docs/install.md and in the Debian package.
# Prints TAP:
#   packages.sh SOURCE_FOLDER
# shellcheck source=scripts/lib.sh
source "$1/scripts/lib.sh"
# shellcheck source=test/tap.sh
source test/tap.sh

words() { grep -oE '[^ \\]+' | sort; }
libraries() { grep -E -- '-dev$'; }

in_scripts=$(words <<< "${BUILD_PACKAGES[*]}")
in_docs=$(awk '/apt install --no-install-recommends/ { on = 1 } on { print } on && !/\\$/ { exit }' docs/install.md |
  words | grep -vxE -- 'apt|install|--no-install-recommends')
in_package=$(awk '/^[A-Z]/ { on = /^Build-Depends:/; next } on { sub(/,.*/, ""); print $1 }' \
  packaging/debian/control | words)

is "docs/install.md names them" "$in_docs" "$in_scripts"
is "the Debian package needs the same libraries" "$(libraries <<< "$in_package")" "$(libraries <<< "$in_scripts")"
ok "there are libraries" test "$(libraries <<< "$in_scripts" | wc -l)" -gt 5

done_testing
