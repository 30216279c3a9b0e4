#!/bin/sh
# Makes sure that a program the tests need is here: installs Debian's package when root, else says what to do.
set -u
case "$1" in
  chromium) found=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true); packages="chromium" ;;
  postgresql) found=$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null | tail -n 1); [ -n "$found" ] || found=$(command -v initdb || true); packages="postgresql" ;;
  *) echo "have.sh: unknown program $1" >&2; exit 2 ;;
esac
[ -z "$found" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing $packages"
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086
  if apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends $packages >/dev/null; then exit 0; fi
fi
echo "The tests that need $1 cannot run here: please install it (Debian: apt-get install $packages)."
