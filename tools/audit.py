"""Say whether a locked package has a known vulnerability; what could not be asked is no all-clear.

Usage: python tools/audit.py PIP-AUDIT [LOCK...]. Exit status 0: each was asked about and none is
known; 1: some are; 2: not all could be asked about (no network, or an index without such data).
"""

# run by itself, beside the makefile
# ruff: noqa: INP001

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

_SHOWN = 5


def judged(report: dict[str, Any]) -> tuple[int, list[str]]:
    """Return exit status and lines for what pip-audit found."""
    packages = report["dependencies"]
    hurt = [one for one in packages if one.get("vulns")]
    unasked = [one["name"] for one in packages if "skip_reason" in one]
    lines = [
        f"{one['name']} {one['version']}: {vuln['id']}, mended in "
        f"{', '.join(vuln['fix_versions']) or 'no version yet'}"
        for one in hurt
        for vuln in one["vulns"]
    ]
    asked = len(packages) - len(unasked)
    lines.append(f"{asked} of {len(packages)} packages were asked about; {len(hurt)} have a fault.")
    if unasked or not packages:
        more = f" and {len(unasked) - _SHOWN} more" if len(unasked) > _SHOWN else ""
        lines.append(
            f"Nothing is known of {', '.join(unasked[:_SHOWN]) or 'any'}{more}: the index in use "
            "has no such data. Ask again where the public index is reached."
        )
    return (1 if hurt else 2 if unasked or not packages else 0), lines


def main(arguments: list[str]) -> int:
    """Ask about each lock and return the worst."""
    program, *locks = arguments
    worst = 0
    for lock in locks:
        # the lock names all and their hashes: nothing is installed or resolved
        argv = [program, "--disable-pip", "--require-hashes", "--format=json", "-r", lock]
        asked = subprocess.run(argv, capture_output=True, text=True, check=False)  # noqa: S603
        try:
            status, lines = judged(json.loads(asked.stdout))
        except (ValueError, KeyError):
            last = (asked.stderr.strip().splitlines() or ["no answer"])[-1]
            status, lines = 2, [f"Nothing could be asked: {last[:200]}", "Is there a network?"]
        sys.stdout.write("".join(f"{lock}: {line}\n" for line in lines))
        # known faults say more than gaps
        worst = 1 if 1 in {status, worst} else max(status, worst)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
