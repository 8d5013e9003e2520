"""The program's first step, ``platforms`` or ``python -m platforms``.

Loading takes half a second: who stops it in that time has stopped nothing, and is told nothing.
"""

from __future__ import annotations

import sys

__all__ = ["begin"]


def begin() -> int:
    """Load the command line, run it, and return its exit status.

    Returns
    -------
    status
        0 good, 1 the job could not be done or was stopped, 2 wrong usage.
    """
    try:
        from platforms.cli import main
    except KeyboardInterrupt:
        return 1
    return main()


if __name__ == "__main__":
    sys.exit(begin())
