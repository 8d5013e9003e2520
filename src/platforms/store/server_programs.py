"""PostgreSQL's own programs: where they are, and as whom they run.

PostgreSQL does not run as root; for root it runs as the user that the system has for it.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from platforms.errors import MissingPartError, StoreError
from platforms.geo.hidden_folder import temporary_folder

__all__ = ["DATA", "last_line", "programs", "run_program", "server_user"]

# where a server's folder keeps its data
DATA = "data"

_USERS = ("postgres", "nobody")
_DEBIAN = Path("/usr/lib/postgresql")


def programs(folder: Path | None = None) -> Path:
    """Return the folder of PostgreSQL's own programs, the newest there is.

    Parameters
    ----------
    folder
        A server that may be there already: those of the version that made it come first.

    Raises
    ------
    MissingPartError
        Names the packages to install.
    """
    if folder is not None:
        with contextlib.suppress(OSError):
            version = (folder / DATA / "PG_VERSION").read_text(encoding="ascii").strip()
            if (_DEBIAN / version / "bin" / "pg_ctl").exists():
                return _DEBIAN / version / "bin"
    there = shutil.which("initdb")
    found = [Path(there).resolve().parent] if there else []
    found += sorted(
        (one.parent for one in _DEBIAN.glob("*/bin/initdb")),
        key=lambda one: float(one.parent.name) if one.parent.name.isdecimal() else 0.0,
    )
    if not found:
        raise MissingPartError("store.cluster.no_postgres")
    return found[-1]


def run_program(
    folder: Path, user: str | None, name: str, *words: str
) -> subprocess.CompletedProcess[str]:
    """Run a program of PostgreSQL as the user that the server belongs to.

    Parameters
    ----------
    folder, user
        Of the server; None for who starts it.
    name, words
        The program, and what it is told.
    """
    as_user: dict[str, Any] = {}
    if user is not None and os.geteuid() == 0:
        entry = pwd.getpwnam(user)
        as_user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    command: Sequence[str] = (str(programs(folder) / name), *words)
    said = {**os.environ, "LC_ALL": "C.UTF-8", "LC_MESSAGES": "C"}
    # a server that goes on must not hold the pipes of who started it
    with (
        temporary_folder() as place,
        (place / "told").open("w+", encoding="utf-8", errors="replace") as told,
    ):
        done = subprocess.run(  # noqa: S603 the server's own programs
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=told, env=said,
            cwd="/", check=False, **as_user,
        )  # fmt: skip
        told.seek(0)
        return subprocess.CompletedProcess(command, done.returncode, "", told.read())


def server_user() -> str | None:
    """Return the user that the server runs as, where that is not who starts it.

    Raises
    ------
    StoreError
        When root has no other user to run it.
    """
    if os.geteuid() != 0:
        return None
    for name in _USERS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise StoreError("store.cluster.as_root")


def last_line(text: str) -> str:
    """Return the last line of what a program said."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
