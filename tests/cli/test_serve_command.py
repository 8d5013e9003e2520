"""A served app ends with the process that was started, and its port is free again."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest


def _port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _answers(port):
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1).close()
    except OSError:
        return False
    return True


def _until(what, seconds=90):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.2)
    return False


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_signal_ends_the_server_and_leaves_no_child(tmp_path, number):
    port = _port()
    code = "import sys; from platforms.cli import main; sys.exit(main())"
    words = ["serve", "--port", str(port), "--no-browser"]
    running = subprocess.Popen(
        [sys.executable, "-c", code, *words], cwd=tmp_path, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        # a group of its own, so that a child that stays can be found and ended
        start_new_session=True,
    )  # fmt: skip
    try:
        assert _until(lambda: _answers(port)), "the server did not start"
        running.send_signal(number)
        running.wait(timeout=60)
        assert _until(lambda: not _answers(port), 10), "a child went on serving"
        with pytest.raises(ProcessLookupError):
            os.killpg(running.pid, 0)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.wait(timeout=20)
