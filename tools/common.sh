# shellcheck shell=bash
# What the tools share: where the package is, and how to get what it needs.
#
# Sourced by bash 3.2 or later. Messages go to standard error and nothing reads standard input, for
# both belong to the command that tools/coefs is about to run.

# -P, because tools/ may be a symbolic link.
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
binary=$root/.build/release/coefs

# Warnings are errors in what the tools build; Package.swift asks. `export COEFS_STRICT=1` has
# `swift build` by hand share their build, where otherwise each would build all of it again.
export COEFS_STRICT=1

say() { printf '%s\n' "$*" >&2; }

# Never 1, which is an answer of `coefs verify`.
fail() {
  say "$(basename "$0"): $*"
  exit 69 # EX_UNAVAILABLE
}

# apt_install PACKAGE…: installs Debian packages, as root or through sudo.
apt_install() {
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "$* is missing; as root, run: apt-get update && apt-get install -y $*"
    as_root=(sudo)
  fi
  # ${a[@]+"${a[@]}"}: bash 3.2 takes an empty array for an unset variable.
  local apt=(${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get)
  local install=("${apt[@]}" install -y --no-install-recommends "$@")
  say "installing $*"
  # In a container there are often no lists of packages yet, and elsewhere they may be old.
  "${install[@]}" >/dev/null 2>&1 </dev/null ||
    { "${apt[@]}" update >/dev/null 2>&1 </dev/null && "${install[@]}" >/dev/null 2>&1 </dev/null; } ||
    fail "$* could not be installed; run: sudo apt-get update && sudo apt-get install -y $*"
}

# brew_install FORMULA: installs it on macOS, or says how.
brew_install() {
  command -v brew >/dev/null ||
    fail "$1 is missing; install Homebrew (https://brew.sh), then run: brew install $1"
  say "installing $1"
  brew install --quiet "$1" >/dev/null 2>&1 </dev/null ||
    fail "$1 could not be installed; run: brew install $1"
}

need_swift() {
  command -v swift >/dev/null || fail "Swift 6.3 or later is missing: https://www.swift.org/install"
}

# Whether libzip's header is where SwiftPM or the compiler finds it.
has_libzip() {
  # pkg-config need not be there, nor know of Homebrew's folders.
  if command -v pkg-config >/dev/null && pkg-config --exists libzip; then return 0; fi
  local prefix
  for prefix in /usr /usr/local /opt/homebrew/opt/libzip /usr/local/opt/libzip; do
    if [ -e "$prefix/include/zip.h" ]; then return 0; fi
  done
  return 1
}

need_libzip() {
  if has_libzip; then return; fi
  if [ "$(uname -s)" = Darwin ]; then
    brew_install libzip
  elif command -v apt-get >/dev/null; then
    apt_install libzip-dev
  elif command -v dnf >/dev/null; then
    fail "libzip is missing; run: sudo dnf install libzip-devel"
  else
    fail "libzip is missing; install it with its headers (libzip-devel, or libzip on Arch Linux)"
  fi
}

# static_options [ARCHIVE]: sets `static` to the options of `swift build` that put the runtimes of Swift
# and C++ into the binary, and leave the symbols out, where the toolchain can do so; and one more library,
# such as z, where it is there as an archive. The command then starts in two thirds of the time. macOS has
# the runtimes in the system.
static_options() {
  static=()
  if [ "$(uname -s)" != Linux ]; then return; fi
  local resources archive path folder=$root/.build/static-libraries${1+/$1}
  resources=$(swift -print-target-info | sed -n 's/.*"runtimeResourcePath": "\(.*\)".*/\1/p')
  if [ ! -d "${resources}_static" ]; then return; fi
  static=(--static-swift-stdlib -Xlinker -s)
  # Swift's archives ask for -lstdc++ and -lgcc_s. The linker takes what it finds first: in a folder
  # that has nothing but these two, the static ones.
  mkdir -p "$folder"
  for archive in stdc++:stdc++ gcc_s:gcc_eh; do
    path=$(clang -print-file-name="lib${archive#*:}.a") || return 0
    if [ ! -e "$path" ]; then return; fi
    ln -sf "$path" "$folder/lib${archive%:*}.a"
  done
  if [ $# -gt 0 ]; then
    path=$(clang -print-file-name="lib$1.a") || return 0
    # Clang gives the bare name back of what it does not find.
    if [ -e "$path" ]; then ln -sf "$path" "$folder/lib$1.a"; fi
  fi
  static+=(-Xlinker "-L$folder")
}

# build_for_use LOG OPTION…: `swift build` for who only wants to use what it makes. Says every quarter of
# a minute how far it is, so that nobody takes it for hung; the compiler's own words go to LOG, and are
# shown if it fails.
build_for_use() {
  local log=$1 status=0 ticker
  shift
  report_progress "$log" &
  ticker=$!
  # Without COEFS_STRICT, for a compiler that is newer than we know may have new warnings.
  env -u COEFS_STRICT swift build "$@" >"$log" 2>&1 </dev/null || status=$?
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  if [ "$status" -eq 0 ]; then return; fi
  cat "$log" >&2
  fail "the build failed, for the reasons above"
}

# report_progress LOG: tells for as long as this script runs what `swift build` has said last.
report_progress() {
  local begun=$SECONDS told=$SECONDS last
  # Seconds one by one, so that nothing is left asleep for long once this is ended.
  while sleep 1 </dev/null >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
    if [ $((SECONDS - told)) -lt 15 ]; then continue; fi
    told=$SECONDS
    last=$(sed -n '/^\[[0-9]*\/[0-9]*\] /h;${g;p;}' "$1" 2>/dev/null)
    say "  $((SECONDS - begun)) s: ${last:-getting what the package depends on}"
  done
}

# need_release_binary: builds the command, unless it was built after the last change to a source.
need_release_binary() {
  # A stamp, because SwiftPM leaves a binary that it finds up to date as old as it is.
  local stamp=$root/.build/release.stamp changed=
  if [ -x "$binary" ] && [ -e "$stamp" ]; then
    changed=$(find "$root/Package.swift" "$root/Sources" "$root/tools/common.sh" -newer "$stamp") ||
      fail "the sources cannot be read"
    if [ -z "$changed" ]; then return; fi
  fi
  need_swift
  need_libzip
  if [ -x "$binary" ]; then
    say "building coefs, because a source has changed"
  else
    say "building coefs (the first time takes about two minutes on two idle cores)"
  fi
  local begun log=$root/.build/release.log
  # As old as the beginning of the build: what is saved while it runs is newer.
  begun=$(mkdir -p "$root/.build" && mktemp "$stamp.XXXXXX") ||
    fail "the command cannot be built, because $root/.build cannot be written"
  static_options
  (build_for_use "$log" --package-path "$root" -c release --product coefs ${static[@]+"${static[@]}"}) || {
    rm -f "$begun"
    exit 69
  }
  mv "$begun" "$stamp"
}

# symbol_graphs: says in which folder the symbol graphs of the package are; makes them unless they are newer than all
# sources.
symbol_graphs() {
  local dump=$root/.build/symbol-graphs.log folder
  folder=$(sed -n 's/^Files written to //p' "$dump" 2>/dev/null | tail -n 1)
  if [ ! -d "$folder" ] ||
    [ -n "$(find "$root/Sources" "$root/Package.swift" -newer "$dump" -print -quit)" ]; then
    swift package --package-path "$root" dump-symbol-graph --minimum-access-level public \
      --skip-synthesized-members >"$dump.new" 2>&1 </dev/null || {
      cat "$dump.new" >&2
      return 1
    }
    mv "$dump.new" "$dump"
    folder=$(sed -n 's/^Files written to //p' "$dump" | tail -n 1)
  fi
  printf '%s\n' "$folder"
}

# forget_plan FOLDER: has the next build in it planned anew; otherwise SwiftPM misses files that were
# removed from a package that the one to be built depends on.
forget_plan() {
  rm -f "$1"/debug.yaml "$1"/release.yaml
}

# build_benchmark: builds the Swift half of tools/bench.
build_benchmark() {
  forget_plan "$root/.build/benchmark"
  swift build --package-path "$root/Tests/Benchmark" --scratch-path "$root/.build/benchmark" -c release
}

# Finds a Python that the pinned packages exist for, with what makes environments.
find_python() {
  local check='import sys, ensurepip, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 15))'
  for python in python3 python3.11 python3.12 python3.13 python3.14; do
    if "$python" -c "$check" >/dev/null 2>&1; then return 0; fi
  done
  return 1
}

need_python() {
  if find_python; then return; fi
  if command -v apt-get >/dev/null; then
    apt_install python3 python3-venv
    # Ubuntu 22.04 has Python 3.10 under that name.
    find_python || apt_install python3.11 python3.11-venv
  elif [ "$(uname -s)" = Darwin ]; then
    brew_install python@3.13
  fi
  find_python || fail "Python 3.11 to 3.14 with its module venv is missing; install it"
}

# need_environment [FOLDER REQUIREMENTS]: makes the virtual environment with the pinned packages,
# .venv with those of fixtures/requirements.txt unless others are named, unless it is there.
need_environment() {
  local pinned=$root/tools/fixtures/requirements.txt stamp
  local folder=$root/${1-.venv} requirements=${2+$root/tools/$2}
  requirements=${requirements:-$pinned}
  # Both lists, because one may include the other.
  stamp=$(cat "$pinned" "$requirements")
  if [ "$stamp" = "$(cat "$folder/made-from.txt" 2>/dev/null)" ] && "$folder/bin/python" -c ''; then return; fi
  need_python
  "$python" -m venv --clear "$folder"
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: \
    --requirement "$requirements"
  printf '%s\n' "$stamp" >"$folder/made-from.txt"
}
