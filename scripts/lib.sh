# shellcheck shell=bash disable=SC2034 # the scripts read the lists of packages
# What the scripts here share: Debian's packages, and build folders. Quiet on what goes well.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

BUILD_PACKAGES=(
  meson ninja-build g++ pkg-config netbase
  libpcap-dev libnet1-dev libmnl-dev libc-ares-dev libcap-ng-dev libseccomp-dev libfmt-dev
  zlib1g-dev libzstd-dev libmaxminddb-dev libncurses-dev prometheus-cpp-dev
  libcxxopts-dev libtomlplusplus-dev nlohmann-json3-dev doctest-dev
)
TEST_PACKAGES=(
  clang-14 clang-format-14 clang-tidy-14 libclang-rt-14-dev llvm-14 shellcheck mandoc gojq
  python3 python3-jsonschema python3-junitparser libxml2-utils chromium util-linux bsdutils libcap2-bin iproute2 nftables tcpdump traceroute tcptraceroute nmap
  zsh fish libmaxmind-db-writer-perl tmux procps prometheus systemd
)
# Not only Debian has these.
if [[ ! $(type -P java) ]]; then TEST_PACKAGES+=(default-jre-headless); fi
if [[ ! $(type -P npm) ]]; then TEST_PACKAGES+=(npm); fi
# For scripts/windows; of Debian's libraries those that are headers alone.
WINDOWS_PACKAGES=(
  meson ninja-build clang-14 lld g++-mingw-w64-x86-64-posix libz-mingw-w64-dev wine wine64 ca-certificates
  libpcap-dev libfmt-dev libcxxopts-dev libtomlplusplus-dev nlohmann-json3-dev doctest-dev
  python3 python3-jsonschema python3-junitparser libxml2-utils gojq
  g++ iproute2 nftables tcpdump util-linux libcap2-bin
)
HTML_CHECKER=vnu-jar@26.9.27 # of npm
JOBS=$(nproc)

# quietly COMMAND...: its output is shown only where it fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" > "$log" 2>&1 < /dev/null || status=$?
  if ((status != 0)); then
    echo "failed: $*"
    tail -n 100 "$log"
  fi
  rm -f "$log"
  return "$status"
}

is_installed() {
  [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null) == installed ]]
}

# need PACKAGE...: installs those that are missing.
need() {
  local missing=() package
  for package in "$@"; do is_installed "$package" || missing+=("$package"); done
  ((${#missing[@]})) || return 0
  if [[ ! $(type -P dpkg-query) ]]; then
    echo "The packages are not checked and none is installed, as this system has no dpkg; docs/install.md names them."
    return 0
  fi
  if [[ $(id -u) != 0 ]]; then
    echo "These packages are missing; as root: apt install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  echo "Installing ${#missing[@]} packages and what they need: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  quietly apt-get update
  quietly apt-get install --yes --no-install-recommends "${missing[@]}"
}

# need_of_npm NAME@VERSION: installs it below build-npm. Its scripts are not run.
need_of_npm() {
  local manifest=build-npm/node_modules/${1%@*}/package.json
  if [[ -f $manifest && $(gojq -r .version "$manifest") == "${1#*@}" ]]; then return; fi
  quietly npm install --prefix build-npm --no-save --no-audit --no-fund --ignore-scripts "$1"
}

# Where all source files are compiled, bundles of them take a quarter of the time.
BUNDLES=(-Dunity=on -Dunity_size=44)

# build FOLDER [OPTION...]: builds a folder, which is configured first where it is not yet or where
# it was with other options. Without options it is taken as it is. TARGETS: only these are built.
# NICE: what makes way for others, if anything.
build() {
  local folder=$1 stamp=$1/scripts-options
  shift
  if [[ ! -f $folder/build.ninja ]]; then
    quietly meson setup "$folder" "${BUNDLES[@]}" "$@" || return 1
  elif (($#)) && [[ $(cat "$stamp" 2> /dev/null) != "$*" ]]; then
    quietly meson configure "$folder" "$@" || return 1
  fi
  if (($#)); then echo "$*" > "$stamp"; fi
  quietly "${NICE[@]}" ninja -C "$folder" -j "$JOBS" -k 0 "${TARGETS[@]}"
}

# --- what tests said ------------------------------------------------------------------------------

# cases_in FILE: how many passed, failed and were skipped, by doctest's summaries and TAP lines.
cases_in() {
  awk '
  /\[doctest\] test cases:/ {
    gsub(/\033\[[0-9;]*m/, "")
    split($0, part, "|")
    split(part[2], word, " "); p += word[1]
    split(part[3], word, " "); f += word[1]
    next
  }
  /^ *not ok( |$)/ { ++f; next }
  /^ *ok( |$)/ { if (/# *SKIP/) ++s; else ++p }
  END { print p + 0, f + 0, s + 0 }' "$1"
}

# Why cases were skipped: a line for each reason, with the first of their names.
reasons() {
  awk '
    /^ *ok .*# *SKIP/ {
      reason = $0; sub(/.*# *SKIP */, "", reason)
      name = $0; sub(/ *# *SKIP.*/, "", name); sub(/^ *ok [0-9]+ *(- )?/, "", name)
      if (++cases[reason] <= 3) names[reason] = names[reason] (cases[reason] > 1 ? ", " : "") name
    }
    END {
      for (reason in cases) {
        more = cases[reason] > 3 ? " and " (cases[reason] - 3) " more" : ""
        print "  skipped: " names[reason] more ": " reason
      }
    }' "$1"
}

# The output of those tests in a report that did not pass.
failures() {
  awk '
    /^=+ [0-9]+\/[0-9]+ =+$/ { if (bad) print text; text = ""; bad = 0 }
    { text = text $0 "\n" }
    /^result: / { bad = !/exit status 0/ }
    /^ *not ok/ { bad = 1 } # TAP says so by itself
    END { if (bad) print text }' "$1" | { grep -vE '^ok ' || true; } | tail -n 300
}
