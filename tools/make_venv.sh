#!/bin/sh
# Make a virtual environment with pip; Debian keeps that part of Python in a package of its own.
set -eu
python=$1
venv=$2
rm -rf "$venv"
if "$python" -c 'import ensurepip' 2>/dev/null; then
    "$python" -m venv "$venv"
    exit 0
fi
package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
sh "$(dirname "$0")/system.sh" "$package" || true
if ! "$python" -m venv "$venv"; then
    rm -rf "$venv"
    echo "Cannot make $venv: install $package (apt-get install $package) and run make again." >&2
    exit 1
fi
