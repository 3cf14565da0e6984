#!/bin/bash
# Each public header compiles alone, with nothing but the public headers, and tracetcp.hpp names each
# folder's way in. Prints TAP:  headers.sh SOURCE_ROOT COMPILER...
set -euo pipefail
# shellcheck source=test/tap.sh
source "$(dirname "$0")/../tap.sh"
cd "$1"
compiler=("${@:2}")

compiles() { "${compiler[@]}" -std=c++20 -fsyntax-only -w -I include -x c++ "$1"; }
for header in include/tracetcp/*.hpp; do ok "${header#include/}" compiles "$header"; done
done_testing
