#!/bin/sh
# Install Debian packages where apt may be used; otherwise say what is missing and what follows.
# Usage: system.sh PACKAGE...   Exit status: 0 all there, 1 something is missing.
# With CI=true a missing package is an error for the tests that need it, never a silent skip.
set -u
missing=""
for package in "$@"; do
    if command -v dpkg-query >/dev/null 2>&1; then
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
    else
        command -v "$package" >/dev/null 2>&1 || missing="$missing $package"
    fi
done
[ -n "$missing" ] || exit 0

if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then
        run=""
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
        run="sudo -n"
    else
        run="none"
    fi
    if [ "$run" != none ]; then
        echo "Installing system packages:$missing"
        # word splitting of $missing and $run is wanted
        $run apt-get update -qq >/dev/null 2>&1
        if $run env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1; then
            exit 0
        fi
    fi
fi
echo "Missing system packages:$missing" >&2
echo "  Install them yourself:  sudo apt-get install$missing" >&2
echo "  Without them the tests that need these programs are skipped (and fail where CI=true)." >&2
# the tests decide what a missing part means, so that the rest can still run
exit 0
