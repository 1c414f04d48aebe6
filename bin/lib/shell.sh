# Shared by the scripts of bin/. Sourced, never run.
# shellcheck shell=bash

# shellcheck disable=SC2034 # the scripts use it
ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"

# Where compiled modules are not kept, every process compiles all of them again: seconds each.
unset PYTHONDONTWRITEBYTECODE

say() { printf '%s\n' "$*" >&2; }

die() {
  say "$*"
  exit 1
}

# as_root COMMAND...: run it as root, without ever asking for a password; 1 when that is impossible.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    sudo -n "$@"
  else
    return 1
  fi
}

may_install() {
  command -v apt-get >/dev/null && as_root true
}

# apt_install PACKAGE...: install Debian packages quietly; shows apt's words only when it fails.
apt_install() {
  may_install || return 1
  local log status=0
  log="$(mktemp)"
  say "  apt-get install $*"
  {
    [ -n "${JIEYUE_APT_UPDATED:-}" ] || as_root apt-get update -q
    as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
  } >"$log" 2>&1 </dev/null || status=$?
  JIEYUE_APT_UPDATED=1
  [ "$status" -eq 0 ] || tail -n 20 "$log" >&2
  rm -f "$log"
  return "$status"
}
