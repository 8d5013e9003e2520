"""Where hostile files call, and what was tried told at the end."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

# what is shared by the files of this folder
sys.path.append(str(Path(__file__).resolve().parent))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what became of the inputs, test by test."""
    lines = []
    for report in terminalreporter.getreports(""):
        told = dict(report.user_properties).get("fuzz")
        if report.when == "teardown" and told:
            name = report.nodeid.rpartition("::")[2]
            counts = "  ".join(f"{key} {value}" for key, value in sorted(told.items()))
            lines.append(f"{name}: {sum(told.values())} = {counts}")
    if lines:
        terminalreporter.section("fuzzing")
        terminalreporter.write_line("\n".join(sorted(lines)))


@pytest.fixture(scope="session")
def listener() -> Iterator[tuple[int, list[object]]]:
    """Count who calls at an address of this machine that hostile files name."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    seen: list[object] = []
    stop = threading.Event()

    def listen() -> None:
        while not stop.is_set():
            try:
                seen.append(server.accept())
            except TimeoutError:
                continue

    thread = threading.Thread(target=listen)
    thread.start()
    yield server.getsockname()[1], seen
    stop.set()
    thread.join()
    server.close()
