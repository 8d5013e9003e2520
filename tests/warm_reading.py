"""Reading a file starts a process; here its imports are done once for each kind of file.

Most tests read a few small files, and a process that loads its libraries costs thirty times
what it reads. So a template is started for each kind as the product starts a worker, with the
environment of that worker, and each job is a fork of it: a process of its own that takes its
limits upon itself, reads one file and ends. The tests of the door itself
(``tests/geo/test_read.py``) start every worker as users do.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

# pandas is kept out as the worker does; a format that cannot be loaded says so in its job
_TEMPLATE = """
import importlib, sys
sys.path.append(sys.argv[1])
from platforms.geo.ingest import worker
sys.meta_path.insert(0, worker._NotNeeded())
try:
    importlib.import_module("platforms.geo.ingest.formats." + worker._READERS[sys.argv[2]])
    import platforms.geo.ingest.raw
except ImportError:
    pass
sys.path.append(sys.argv[3])
import warm_template
warm_template.serve(sys.argv[4], worker.main)
"""


class _Templates:
    """Processes that have loaded what a worker loads, by kind and environment."""

    def __init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="warm-")
        self.ready: dict[str, tuple[subprocess.Popen[bytes], str]] = {}
        self.starting = threading.Lock()

    def place(self, root: str, kind: str, env: dict[str, str]) -> str:
        """Return the socket of a template; it is started when it is first needed."""
        key = _key(kind, env)
        with self.starting:
            if key not in self.ready:
                self.ready[key] = self._started(root, kind, env)
            return self.ready[key][1]

    def _started(
        self, root: str, kind: str, env: dict[str, str]
    ) -> tuple[subprocess.Popen[bytes], str]:
        place = str(Path(self.folder.name, f"{len(self.ready)}.sock"))
        words = [root, kind, str(Path(__file__).parent), place]
        template = subprocess.Popen(
            [sys.executable, "-I", "-c", _TEMPLATE, *words],
            env=env, cwd="/", stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip
        assert template.stdout is not None
        assert template.stdout.readline() == b"ready\n"
        return template, place

    def end(self) -> None:
        """End the templates: they wait for their input to close."""
        for template, _ in self.ready.values():
            for end in (template.stdin, template.stdout):
                if end is not None:
                    end.close()
            template.wait()
        self.ready.clear()
        self.folder.cleanup()


def _key(kind: str, env: dict[str, str]) -> str:
    return json.dumps([kind, env], sort_keys=True)


class _Fork:
    """A job of a template, as :class:`subprocess.Popen` shows a process."""

    def __init__(self, place: str, told: str) -> None:
        self.returncode: int | None = None
        self._line = socket.socket(socket.AF_UNIX)
        self._line.connect(place)
        self._line.sendall(told.encode())
        self._line.shutdown(socket.SHUT_WR)
        self._answers = b""
        self._read(1, None)
        self.pid = int(self._answers.split()[0])

    def _read(self, lines: int, timeout: float | None) -> bool:
        self._line.settimeout(timeout)
        while self._answers.count(b"\n") < lines:
            try:
                part = self._line.recv(100)
            except (TimeoutError, BlockingIOError):
                return False
            assert part, "the template has ended"
            self._answers += part
        return True

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end of the job."""
        if self.returncode is None:
            if not self._read(2, timeout):
                raise subprocess.TimeoutExpired("worker", timeout or 0.0)
            self.returncode = int(self._answers.split()[1])
            self._line.close()
        return self.returncode

    def poll(self) -> int | None:
        """Return the exit code, or None while the job goes on."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(timeout=0.0)
        return self.returncode

    def kill(self) -> None:
        """End the job."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


@contextlib.contextmanager
def warm_reading() -> Iterator[Callable[[], dict[str, str]]]:
    """Let workers begin with their libraries loaded; give the sockets of those that are ready."""
    from platforms.geo.ingest import sandbox

    templates = _Templates()

    def ready() -> dict[str, str]:
        return {key: place for key, (_, place) in templates.ready.items()}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "subprocess", _starting(templates.place))
        yield ready
    templates.end()


def read_warm(ready: dict[str, str]) -> None:
    """Let this process, which ends soon, use the templates of another one."""
    from platforms.geo.ingest import sandbox

    sandbox.subprocess = _starting(lambda _, kind, env: ready[_key(kind, env)])


def _starting(place: Callable[[str, str, dict[str, str]], str]) -> Any:
    """Return what stands in for the module that starts processes."""

    def start(command: list[str], *, env: dict[str, str], **_: Any) -> _Fork:
        *_, root, told = command
        return _Fork(place(root, json.loads(told)["kind"], env), told)

    return SimpleNamespace(
        Popen=start, DEVNULL=subprocess.DEVNULL, TimeoutExpired=subprocess.TimeoutExpired
    )


@pytest.fixture(scope="module")
def cold_reading() -> Iterator[None]:
    """Start every worker as the product does; for tests of the door itself."""
    from platforms.geo.ingest import sandbox

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "subprocess", subprocess)
        yield
