#!/bin/bash
# A program of eleven lines is built by what `meson install` puts in place and by pkg-config alone,
# shared and static, and traces in a simulated network and over loopback. Prints TAP:
#   installed.sh SOURCE_ROOT BUILD_ROOT PREFIX NETWORK COMPILER...
set -euo pipefail
# shellcheck source=test/tap.sh
source "$(dirname "$0")/../tap.sh"
needs pkg-config meson
build=$2 prefix=$3 network=$4
compiler=("${@:5}")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

DESTDIR=$scratch/root meson install -C "$build" --no-rebuild > "$scratch/log" 2>&1 || bail "meson install: $(tail -n3 "$scratch/log")"
pc=$(find "$scratch/root" -name tracetcp.pc)
PKG_CONFIG_PATH=${pc%/*}
export PKG_CONFIG_PATH
flags() { pkg-config --define-variable=prefix="$scratch/root$prefix" "$@" tracetcp; }
library=${pc%/pkgconfig/*}

cat > "$scratch/program.cpp" << 'END'
#include <tracetcp/session.hpp>
#include <cstdio>
#include <cstdlib>
int main(int, char** argv) {
  tracetcp::SessionOptions options{.host = argv[1]};
  options.ports = tracetcp::PortList({static_cast<std::uint16_t>(std::atoi(argv[2]))});
  if (argv[3]) options.sim_file = argv[3];
  tracetcp::Session session(options);
  for (const auto& trace : session.run()) std::puts(sentence(trace).c_str());
  return 0;
}
END
is "the program has eleven lines" "$(wc -l < "$scratch/program.cpp")" 11

build_program() { # NAME PKG_CONFIG_OPTION...
  local words
  read -ra words < <(flags --cflags --libs "${@:2}")
  "${compiler[@]}" -std=c++20 "$scratch/program.cpp" -o "$scratch/$1" "${words[@]}"
}
ok "it is built by pkg-config" build_program shared
like "and needs the library by its soname" "$(objdump -p "$scratch/shared")" 'NEEDED +libtracetcp\.so\.2'

export LD_LIBRARY_PATH=$library
simulated='beyond hop 2 \(10\.78\.128\.1\)'
like "it traces in a simulated network" "$("$scratch/shared" www.ebay.co.uk 135 "$network" 2>&1)" "$simulated"
# Nothing listens on port 1 (RFC 1078), so this machine resets.
like "it traces over loopback" "$("$scratch/shared" 127.0.0.1 1 2>&1)" '127\.0\.0\.1'
none "the library shows no names but its own" \
  "$(nm -D --defined-only "$library/libtracetcp.so" | awk '$3 !~ /^_Z(T.)?NK?8tracetcp/ { print $3 }')"
done_testing
