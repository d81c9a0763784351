# What tools/coefs and tools/test share: where the package is, and how to get what it needs.
# Sourced by bash 3.2 or later. All messages go to stderr.

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")" && cd .. && pwd)

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$(basename "$0"): $*"
  exit 69 # EX_UNAVAILABLE
}

# apt_install PACKAGE…: installs Debian packages, as root or through sudo.
apt_install() {
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "run 'apt-get install $*' as root, then try again"
    as_root=(sudo)
  fi
  say "installing $*"
  # ${a[@]+"${a[@]}"}: bash 3.2 takes an empty array for an unset variable.
  local apt=(${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
  "${apt[@]}" install -y --no-install-recommends "$@" >/dev/null 2>&1 ||
    { "${apt[@]}" update >&2 && "${apt[@]}" install -y --no-install-recommends "$@" >&2; } ||
    fail "could not install $*"
}

need_swift() {
  command -v swift >/dev/null || fail "Swift 6.3 or later is needed: https://www.swift.org/install"
}

# Whether the compiler finds libzip's and zlib's headers.
has_libzip() {
  printf '#include <zip.h>\n#include <zlib.h>\n' | clang -fsyntax-only -x c \
    $(pkg-config --cflags libzip 2>/dev/null || true) - >/dev/null 2>&1
}

need_libzip() {
  ! has_libzip || return 0
  case $(uname -s) in
  Darwin)
    command -v brew >/dev/null || fail "libzip is needed; install Homebrew, then 'brew install libzip'"
    say "installing libzip and pkg-config"
    brew install --quiet libzip pkg-config >&2
    ;;
  *)
    command -v apt-get >/dev/null ||
      fail "libzip's headers are needed (libzip-devel, or as your system calls it)"
    apt_install libzip-dev
    ;;
  esac
  has_libzip || fail "libzip's headers are not found, although libzip is installed"
}

# need_release_binary: builds the command unless it is newer than all it is made of.
need_release_binary() {
  binary=$root/.build/release/coefs
  if [ -x "$binary" ] && [ -z "$(find "$root/Package.swift" "$root/Sources" -newer "$binary" -print -quit)" ]; then
    return 0
  fi
  say "building coefs (the first time takes about a minute)"
  local log
  log=$(mktemp)
  if ! swift build --package-path "$root" -c release --product coefs >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    fail "the build failed"
  fi
  rm -f "$log"
  touch "$binary" # SwiftPM leaves an unchanged binary as old as it is
}
