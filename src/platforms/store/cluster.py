"""A PostgreSQL server of one's own, in a folder.

It listens on this machine only, asks everybody for a password, and keeps those that it made in
a file that only its owner reads.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from platforms.errors import MissingPartError, StoreError
from platforms.geo.hidden_folder import temporary_folder
from platforms.store.server_programs import DATA, last_line, programs, run_program, server_user

__all__ = ["Cluster", "find_cluster", "start_cluster", "stop_cluster"]

_HOST = "127.0.0.1"
_FIRST_PORT, _LAST_PORT = 54320, 54399
_OPEN_PORTS, _UNTOLD_PORT = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start"), 1024
_DATABASE = _OWNER = "platforms"
_ADMIN = "postgres"
_FILE, _LOG = "access.json", "server.log"
_SECONDS = 120
# a server of tests need not outlive the machine
_HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class Cluster:
    """A server in a folder.

    Attributes
    ----------
    folder
        Where it is.
    port
        Where it listens, on this machine.
    password, admin_password
        Of the owner of the database, and of the administrator.
    user
        The system's user that it runs as; None for who starts it.
    """

    folder: Path
    port: int
    password: str
    admin_password: str
    user: str | None = None

    @property
    def address(self) -> str:
        """What ``PLATFORMS_STORE`` is set to; holds the password."""
        return f"postgresql://{_OWNER}:{self.password}@{_HOST}:{self.port}/{_DATABASE}"

    @property
    def admin_address(self) -> str:
        """The same database for its administrator; holds the password."""
        return f"postgresql://{_ADMIN}:{self.admin_password}@{_HOST}:{self.port}/{_DATABASE}"

    @property
    def running(self) -> bool:
        """Whether it runs."""
        try:
            done = run_program(
                self.folder, self.user, "pg_ctl", "status", "-D", str(self.folder / DATA)
            )
        except OSError:
            return False
        return done.returncode == 0

    def __repr__(self) -> str:
        return f"Cluster({str(self.folder)!r}, port={self.port})"


def start_cluster(
    folder: str | os.PathLike[str], *, port: int | None = None, hasty: bool = False
) -> Cluster:
    """Start the server of a folder; it is made where there is none yet.

    Parameters
    ----------
    folder
        A folder of its own.
    port
        Where it listens; default where it did before, else the first free one from 54320.
    hasty
        Leave out what makes it outlive a power cut; for tests only.

    Returns
    -------
    cluster
        It runs, and has a database with PostGIS.

    Raises
    ------
    MissingPartError
        When PostgreSQL, PostGIS or what connects to it is not installed.
    StoreError
        When the folder holds something else or cannot be used, or the server does not start.
    """
    place = Path(folder).expanduser().resolve()
    programs()
    if find_spec("psycopg") is None:
        raise MissingPartError("store.server.no_driver")
    found = find_cluster(place)
    if found is not None and found.running:
        return found
    if port is not None and port < _first_open_port():
        # the server does not run as root, and only root listens there
        raise StoreError("store.cluster.port_low", port=port, first=_first_open_port())
    if found is None:
        found = _made(place, port)
    elif port is not None and port != found.port:
        found = Cluster(**{**vars(found), "port": port})
    _start(found, _HASTY if hasty else {})
    # a port on which it does not start is not kept for the next time
    _write(found)
    try:
        _fill(found)
    except BaseException:
        stop_cluster(place)
        raise
    return found


def stop_cluster(folder: str | os.PathLike[str]) -> bool:
    """Stop the server of a folder.

    Returns
    -------
    stopped
        False where it did not run.

    Raises
    ------
    StoreError
        When there is no server in the folder, or it does not stop.
    """
    place = Path(folder).expanduser().resolve()
    found = find_cluster(place)
    if found is None:
        raise StoreError("store.cluster.none", folder=str(place))
    if not found.running:
        return False
    done = run_program(
        found.folder, found.user, "pg_ctl", "stop", "-w", "-m", "fast", "-D", str(place / DATA)
    )
    if done.returncode:
        raise StoreError(
            "store.cluster.not_stopped", folder=str(place), reason=last_line(done.stderr)
        )
    return True


def find_cluster(folder: str | os.PathLike[str]) -> Cluster | None:
    """Return the server of a folder, whether it runs or not; None where there is none.

    Raises
    ------
    StoreError
        When its notes cannot be read.
    """
    place = Path(folder).expanduser().resolve()
    file = place / _FILE
    try:
        told: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return Cluster(**{**told, "folder": place})
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError):
        raise StoreError("store.cluster.unreadable", path=str(file)) from None


def _made(place: Path, port: int | None) -> Cluster:
    """Make an empty server where nothing is."""
    user = server_user()
    if port is not None and not _is_free(port):
        raise StoreError("store.cluster.port_taken", folder=str(place), port=port)
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise StoreError("store.cluster.taken", folder=str(place))
    cluster = Cluster(
        place, port or _free_port(), secrets.token_urlsafe(18), secrets.token_urlsafe(18), user
    )
    fresh = not place.exists()
    try:
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(0o700)
        if user is not None:
            shutil.chown(place, user)
        _initialise(cluster)
        _write(cluster)
    except OSError as error:
        _leave(place, fresh=fresh)
        if isinstance(error, StoreError):
            raise
        raise StoreError(
            "store.cluster.no_folder", folder=str(place), reason=error.strerror or str(error)
        ) from None
    except BaseException:
        _leave(place, fresh=fresh)
        raise
    return cluster


def _leave(place: Path, *, fresh: bool) -> None:
    """Take away what was half made; the folder itself only when it is ours."""
    shutil.rmtree(place / DATA, ignore_errors=True)
    with contextlib.suppress(OSError):
        (place / _FILE).unlink(missing_ok=True)
        if fresh:
            place.rmdir()


def _initialise(cluster: Cluster) -> None:
    with temporary_folder() as folder:
        file = folder / "password"
        file.write_text(cluster.admin_password, encoding="ascii")
        file.chmod(0o600)
        if cluster.user is not None:
            shutil.chown(file, cluster.user)
            shutil.chown(folder, cluster.user)
        done = run_program(
            cluster.folder, cluster.user, "initdb", "-D", str(cluster.folder / DATA), "-U", _ADMIN,
            "--encoding=UTF8", "--locale=C.UTF-8", "--auth=scram-sha-256",
            f"--pwfile={file}", "--no-instructions",
        )  # fmt: skip
    if done.returncode:
        raise StoreError(
            "store.cluster.no_folder", folder=str(cluster.folder), reason=last_line(done.stderr)
        )


def _write(cluster: Cluster) -> None:
    file = cluster.folder / _FILE
    told = {**asdict(cluster), "folder": str(cluster.folder)}
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(file, flags, 0o600), "w", encoding="utf-8") as out:
        json.dump(told, out, indent=1)


def _start(cluster: Cluster, settings: Mapping[str, str]) -> None:
    said = {
        "port": str(cluster.port), "listen_addresses": _HOST, "unix_socket_directories": "''",
        "password_encryption": "scram-sha-256", **settings,
    }  # fmt: skip
    words = " ".join(f"-c {name}={value}" for name, value in said.items())
    log = cluster.folder / _LOG
    done = run_program(
        cluster.folder, cluster.user, "pg_ctl", "start", "-w", "-t", str(_SECONDS),
        "-D", str(cluster.folder / DATA), "-l", str(log), "-o", words,
    )  # fmt: skip
    if done.returncode:
        lines = log.read_text(encoding="utf-8", errors="replace") if log.exists() else done.stderr
        taken = "could not bind" in lines[-2000:] or not _is_free(cluster.port)
        entry = "port_taken" if taken else "not_started"
        raise StoreError(
            f"store.cluster.{entry}", folder=str(cluster.folder), port=cluster.port, log=str(log),
            reason=last_line(lines),
        )  # fmt: skip


def _fill(cluster: Cluster) -> None:
    """Make the database, its owner and PostGIS, as far as they are not there."""
    import psycopg
    from psycopg import sql

    outside = cluster.admin_address.removesuffix(_DATABASE) + _ADMIN
    with psycopg.connect(outside, autocommit=True) as connection:
        owner = sql.Identifier(_OWNER)
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [_OWNER]).fetchone():
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(owner))
        words = sql.SQL("ALTER ROLE {} PASSWORD {}")
        connection.execute(words.format(owner, sql.Literal(cluster.password)))
        there = "SELECT 1 FROM pg_database WHERE datname = %s"
        if not connection.execute(there, [_DATABASE]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(owner))
    try:
        with psycopg.connect(cluster.admin_address, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    except (psycopg.errors.UndefinedFile, psycopg.errors.FeatureNotSupported):
        raise MissingPartError("store.cluster.no_postgis") from None


def _free_port() -> int:
    return next(
        (port for port in range(_FIRST_PORT, _LAST_PORT + 1) if _is_free(port)), _FIRST_PORT
    )


def _first_open_port() -> int:
    """Return the first port that a program without rights of its own may listen on."""
    try:
        return int(_OPEN_PORTS.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return _UNTOLD_PORT


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_HOST, port))
        except OSError:
            return False
    return True
