"""A real PostgreSQL with PostGIS for tests, and one way to open a store in it or in a file.

One server serves all workers of a run. It lies in a temporary folder, and goes with the process
that started the run, however that ends. Databases are copies of one that was migrated; a test
gets them empty.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from platforms.errors import MissingPartError
from platforms.store.cluster import Cluster, find_cluster, start_cluster
from platforms.store.keeping import Store
from platforms.store.opening import open_store
from platforms.store.place import server_place
from platforms.store.schema import TABLES
from platforms.store.server import forget_server
from platforms.store.server_programs import programs

__all__ = ["Opened", "Postgis", "opened", "postgis"]

# an interrupt is a fast and clean end
_WATCH = """while kill -0 {run} 2>/dev/null; do sleep 1; done
pid=$(head -n 1 {data}/postmaster.pid) && kill -INT "$pid"
while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
rm -rf {folder}"""


def _the_server(shared: Path, run: int) -> Cluster:
    """Return the server of a run; the first who asks starts it."""
    note = shared / "postgis.json"
    with (shared / "postgis.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            folder = tempfile.mkdtemp(prefix="platforms-postgis-")
            words = {"run": run, "folder": folder, "data": f"{folder}/data"}
            try:
                cluster = start_cluster(folder, port=_port(), hasty=True)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            subprocess.run(
                ["/bin/sh", "-c", f"({_WATCH.format(**words)}) >&- 2>&- <&- &"],
                start_new_session=True, check=True,
            )  # fmt: skip
            # what the others are copied from
            open_store("here", cluster.address)
            forget_server(server_place(cluster.address))
            note.write_text(json.dumps({"folder": folder}), encoding="utf-8")
        found = find_cluster(json.loads(note.read_text(encoding="utf-8"))["folder"])
    assert found is not None
    return found


def _port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Postgis:
    """Databases of a server.

    Attributes
    ----------
    cluster
        The server.
    """

    def __init__(self, cluster: Cluster, worker: str) -> None:
        self.cluster = cluster
        self._worker = worker
        self._made = 0
        self._free: list[str] = []

    def database(self) -> str:
        """Return the name of an empty database that has all tables."""
        if self._free:
            name = self._free.pop()
            self._empty(name)
            return name
        self._made += 1
        name = f"{self._worker}_{self._made}"
        self.say(f"CREATE DATABASE {name} TEMPLATE platforms OWNER platforms STRATEGY wal_log")
        return name

    def address(self, database: str, *, admin: bool = False) -> str:
        """Return the address of a database, for its owner or for an administrator."""
        told = self.cluster.admin_address if admin else self.cluster.address
        return f"{told.removesuffix('platforms')}{database}"

    def give_back(self, database: str) -> None:
        """Let another test have a database; it keeps nothing of this one."""
        self._free.append(database)

    def say(self, *statements: str, database: str = "postgres") -> None:
        """Run statements as the administrator."""
        import psycopg

        with psycopg.connect(self.address(database, admin=True), autocommit=True) as connection:
            for one in statements:
                connection.execute(one)

    def _empty(self, database: str) -> None:
        rows = [f"DELETE FROM {table.name}" for table in TABLES if table.name != "store_mark"]  # noqa: S608
        mark = "DELETE FROM store_mark WHERE name <> 'schema_version'"
        # an administrator's replica asks no trigger
        self.say("SET session_replication_role = replica", "; ".join([*rows, mark]),
                 database=database)  # fmt: skip


@pytest.fixture(scope="session")
def postgis(tmp_path_factory: pytest.TempPathFactory) -> Postgis:
    """The server of the run; a skip in CI would hide a store that loses edits."""
    try:
        programs()
    except MissingPartError:
        reason = "PostgreSQL is not installed: apt-get install postgresql postgresql-postgis"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    base = tmp_path_factory.getbasetemp()
    shared, run = (base, os.getpid()) if worker is None else (base.parent, os.getppid())
    return Postgis(_the_server(shared, run), worker or "main")


class Opened:
    """Stores of a test: ``opened("here")``, another one is ``opened("here", "two")``."""

    def __init__(self, kind: str, folder: Path, server: Postgis | None) -> None:
        self.kind = kind
        self._folder = folder
        self._server = server
        self.databases: dict[str, str] = {}

    def __call__(self, workspace: str = "here", name: str = "one") -> Store:
        return open_store(workspace, self.place(name))

    def place(self, name: str = "one") -> str:
        """Return what ``PLATFORMS_STORE`` is set to for a store."""
        if self._server is None:
            return str(self._folder / f"{name}.gpkg")
        if name not in self.databases:
            self.databases[name] = self._server.database()
        return self._server.address(self.databases[name])

    def close(self) -> None:
        """Let others have the databases."""
        for database in self.databases.values():
            self._server.give_back(database)


@pytest.fixture(params=["geopackage", "postgis"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """Open stores in a file, and the same test again on a server."""
    server = None if request.param == "geopackage" else request.getfixturevalue("postgis")
    made = Opened(request.param, tmp_path, server)
    yield made
    made.close()
