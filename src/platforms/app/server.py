"""How the app is served: on this machine only unless told otherwise, and closed.

Started with ``python -m platforms.app.server`` or by ``platforms serve``. The settings are
given on the command line, so that no file in the current folder can open what is closed
here: no outside address, no usage statistics, no host name that is not ours, no traceback
in the browser. The process that was started becomes the server, so that stopping it stops the
app. Whoever puts it behind a proxy, or opens it to a network with ``--address``, names with
``--host`` under which names it is asked for; to others it does not answer.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from pathlib import Path

from platforms.errors import InputError

__all__ = ["MAX_UPLOAD_MB", "MEMORY", "SETTINGS", "command", "main", "share_memory"]

MAX_UPLOAD_MB = 100
# what the files of one visit may take together; by default four of the largest
VISIT = "PLATFORMS_VISIT_UPLOAD_MB"
_MOST_VISIT_MB = 1 << 20

# the same stand in .streamlit/config.toml for `streamlit run app.py`; a test compares them
SETTINGS: dict[str, str] = {
    "server.address": "127.0.0.1",
    "server.headless": "true",
    "server.enableXsrfProtection": "true",
    "server.enableCORS": "true",
    "server.enableStaticServing": "false",
    "server.enableAgentApi": "false",
    "server.showEmailPrompt": "false",
    "server.fileWatcherType": "none",
    "server.maxUploadSize": str(MAX_UPLOAD_MB),
    # see settling.py
    "runner.postScriptGC": "false",
    "browser.gatherUsageStats": "false",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "client.toolbarMode": "minimal",
    # Streamlit's own list names outside sites whose pages may steer one that they frame
    "client.allowedOrigins": "http://localhost",
    # a browser throws a message away that so many runs did not use, and the server may have called
    # on it in the meantime: with the two of Streamlit quick presses could still a page for good
    "global.maxCachedMessageAge": "30",
    "theme.base": "light",
    "theme.primaryColor": "#1f4e79",
    "theme.backgroundColor": "#ffffff",
    "theme.secondaryBackgroundColor": "#f3f6f9",
    "theme.textColor": "#1d2733",
    "theme.borderColor": "#d5dce4",
    "theme.baseRadius": "4px",
    "theme.baseFontSize": "14",
    "theme.font": (
        "'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', 'Source Han Sans SC', sans-serif"
    ),
}

# Each thread of a page would have an arena of the allocator and a heap of pyarrow of its own, and
# what is free in one is of no use in the next; known to the system before the process begins
MEMORY: dict[str, str] = {"MALLOC_ARENA_MAX": "2", "ARROW_DEFAULT_MEMORY_POOL": "system"}

HOSTS = ("127.0.0.1", "localhost")
_ALL = ("0.0.0.0", "::")  # noqa: S104 only where somebody asks for it


def command(
    port: int,
    workspace: str | None = None,
    *,
    headless: bool = True,
    hosts: Sequence[str] = (),
    address: str = HOSTS[0],
    upload_mb: int = MAX_UPLOAD_MB,
    visit_mb: int | None = None,
) -> list[str]:
    """Return the command that serves the app.

    Parameters
    ----------
    port
        Port.
    workspace
        Name or folder; default the setting ``PLATFORMS_WORKSPACE``, then 乐清.
    headless
        False opens the user's browser.
    hosts
        Further names and addresses under which the app is asked for.
    address
        Where it listens.
    upload_mb
        Largest file that is taken from a browser, in MB; it is held in memory.
    visit_mb
        What the files of one visit may take together; default four of the largest.

    Returns
    -------
    argv
        Program and arguments, without a shell.
    """
    settings = {**SETTINGS, "server.port": str(port), "server.headless": str(headless).lower()}
    settings["server.address"] = address
    settings["server.maxUploadSize"] = str(upload_mb)
    if address in _ALL:
        # what listens everywhere is no address for a browser
        settings["browser.serverAddress"] = "localhost"
    # Streamlit's own greeting is English and, beside a browser, advertises; ours says where
    settings["logger.hideWelcomeMessage"] = "true"
    flags = [f"--{name}={value}" for name, value in settings.items()]
    flags += [f"--server.allowedHosts={host}" for host in (*HOSTS, *hosts)]
    script = str(Path(__file__).with_name("asgi.py"))
    own = [f"--visit-mb={visit_mb}"] if visit_mb else []
    own += [f"--workspace={workspace}"] if workspace else []
    own = ["--", *own] if own else []
    return [sys.executable, "-m", "streamlit", "run", script, *flags, *own]


def share_memory(settings: MutableMapping[str, str]) -> None:
    """Have all threads of the server take memory from the same few places.

    Parameters
    ----------
    settings
        The environment that the server begins with; what is set in it stays.
    """
    for name, value in MEMORY.items():
        settings.setdefault(name, value)


def _visit_mb(settings: Mapping[str, str], upload_mb: int) -> int | None:
    """Return what is set for a visit, None for nothing.

    Raises
    ------
    InputError
        When it cannot be meant: it holds not even one file of the largest size.
    """
    given = settings.get(VISIT, "").strip()
    if not given:
        return None
    fits = given.isascii() and given.isdigit() and len(given) < len(str(_MOST_VISIT_MB)) + 1
    if not fits or not upload_mb <= int(given) <= _MOST_VISIT_MB:
        raise InputError("app.sent.visit_mb", value=given, least=upload_mb, most=_MOST_VISIT_MB)
    return int(given)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve the app until it is stopped, and return the server's exit code."""
    parser = argparse.ArgumentParser(prog="python -m platforms.app.server")
    parser.add_argument("--port", type=int, default=8501)
    parser.add_argument("--workspace", default=None)
    parser.add_argument("--address", default=HOSTS[0])
    parser.add_argument("--host", action="append", default=[])
    parser.add_argument("--upload-mb", type=int, default=MAX_UPLOAD_MB)
    parser.add_argument("--no-browser", action="store_true")
    given = parser.parse_args(arguments)
    try:
        visit_mb = _visit_mb(os.environ, given.upload_mb)
    except InputError as error:
        parser.exit(2, f"{error}\n")
    argv = command(
        given.port, given.workspace, headless=given.no_browser, hosts=given.host,
        address=given.address, upload_mb=given.upload_mb, visit_mb=visit_mb,
    )  # fmt: skip
    share_memory(os.environ)
    if os.name == "posix":
        os.execv(argv[0], argv)  # noqa: S606 own program, no shell
    return subprocess.run(argv, check=False).returncode  # noqa: S603 own program, no shell


if __name__ == "__main__":
    sys.exit(main())
