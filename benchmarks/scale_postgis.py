"""Area, membership and deduction of plots in SQL, in a PostGIS of its own that is tuned for it.

The cluster stands in a folder of its own, listens on no port and ends with the benchmark. What a
tuner would do is done: memory for hashes and sorts, parallel workers for every core without
thresholds, no compiler for short expressions, no waiting for the disk, geography stored and not
cast, spatial indexes, limits cut small by ST_Subdivide, `ANALYZE` and `VACUUM` before the clock
starts, the shape that repeats in front so that it stays prepared. Loading is not timed.

Results are written to unlogged tables: what a plot is called and its numbers.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import psycopg
import shapely

__all__ = ["STAGES", "Answer", "PostGIS", "cluster"]

PLANE, STORED = 4528, 4490
STAGES = ("area", "membership", "deduction")
# a cut piece has at most so many corners
CORNERS = 64

SETTINGS = {
    "shared_buffers": "1GB",
    "effective_cache_size": "4GB",
    "work_mem": "256MB",
    "maintenance_work_mem": "512MB",
    "hash_mem_multiplier": "4",
    "jit": "off",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "8GB",
    "autovacuum": "off",
    "random_page_cost": "1.0",
    "parallel_setup_cost": "0",
    "parallel_tuple_cost": "0",
    "min_parallel_table_scan_size": "0",
    "min_parallel_index_scan_size": "0",
    "max_worker_processes": "8",
}

AREA = """
create unlogged table area_out as
select id, st_area(geog, true) as m2 from plots
"""
# few platforms outside, each prepared once against the plots that its box finds
MEMBERSHIP = """
create unlogged table membership_out as
select distinct on (id) id, platform_id, share from (
    select p.id, f.platform_id,
        case when st_covers(f.geom, p.geom) then 1.0
             else st_area(st_intersection(f.geom, p.geom)) / st_area(p.geom) end as share
    from platforms f join plots p on st_intersects(f.geom, p.geom)
) found
where share > 0
order by id, share desc, platform_id
"""
# what lies under no limit keeps its area; of the rest one layer is taken after the other
DEDUCTION = """
create unlogged table deduction_out as
with first as (
    select p.id, st_union(f.geom) as limits
    from {first} f join plots p on st_intersects(f.geom, p.geom) group by p.id
), second as (
    select p.id, st_union(f.geom) as limits
    from {second} f join plots p on st_intersects(f.geom, p.geom) group by p.id
), hit as (
    select id, first.limits as one, second.limits as other
    from first full join second using (id)
), once as (
    select p.id, hit.other,
        case when one is null then p.geom else st_difference(p.geom, one) end as geom
    from hit join plots p using (id)
), twice as (
    select id, st_area(geom) as once_m2,
        st_area(case when other is null then geom else st_difference(geom, other) end) as net_m2
    from once
)
select p.id, st_area(p.geom) as gross_m2,
    coalesce(t.once_m2, st_area(p.geom)) as once_m2, coalesce(t.net_m2, st_area(p.geom)) as net_m2
from plots p left join twice t using (id)
"""


@dataclass(frozen=True)
class Answer:
    """What a statement took and gave: seconds, processor seconds, rows by plot number."""

    wall: float
    busy: float
    rows: pd.DataFrame


@contextmanager
def cluster(*, cores: int, place: Path | None = None) -> Iterator[PostGIS]:
    """Run a PostGIS in a new folder while the block lasts.

    Parameters
    ----------
    cores
        Processes that one statement may use together.
    place
        Folder that the new one is made in, open to others; default that for temporary files.
    """
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="scale-", dir=place))
    folder.chmod(0o755)
    who: list[str] = []
    # no cluster runs as the superuser
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        who = ["runuser", "-u", "postgres", "--"]
    data = folder / "data"
    made = [*who, f"{programs}/initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync"]
    subprocess.run([*map(str, made), "--locale=C.UTF-8"], check=True, capture_output=True)
    given = {
        **SETTINGS,
        "listen_addresses": "",
        "unix_socket_directories": folder,
        # the leader works too
        "max_parallel_workers_per_gather": cores - 1,
        "max_parallel_maintenance_workers": cores - 1,
    }
    options = [part for key, value in given.items() for part in ("-c", f"{key}={value}")]
    log = (folder / "log").open("w", encoding="utf-8")
    server = subprocess.Popen(
        [*who, f"{programs}/postgres", "-D", str(data), *options], stdout=log, stderr=log
    )
    try:
        with _connected(folder) as connection:
            yield PostGIS(connection, int((data / "postmaster.pid").read_text().split()[0]))
    finally:
        subprocess.run(
            [*who, f"{programs}/pg_ctl", "-D", str(data), "stop", "-m", "immediate"],
            check=False, capture_output=True,
        )  # fmt: skip
        server.wait()
        log.close()
        shutil.rmtree(folder)


def _programs() -> Path:
    given = os.environ.get("PLATFORMS_PG_BIN")
    found = [Path(given)] if given else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        message = "no PostgreSQL in /usr/lib/postgresql; PLATFORMS_PG_BIN names another folder"
        raise SystemExit(message)
    return found[-1]


def _connected(folder: Path) -> psycopg.Connection[Any]:
    for _ in range(300):
        try:
            return psycopg.connect(
                host=str(folder), user="postgres", dbname="postgres", autocommit=True
            )
        except psycopg.OperationalError:
            time.sleep(0.1)
    message = (folder / "log").read_text(encoding="utf-8")
    raise SystemExit(message)


class PostGIS:
    """A database with plots, platforms and limits in it."""

    def __init__(self, connection: psycopg.Connection[Any], postmaster: int) -> None:
        self._connection = connection
        self._postmaster = postmaster
        self._limits: list[str] = []
        connection.execute("create extension postgis")

    @property
    def versions(self) -> str:
        """PostgreSQL, PostGIS and GEOS."""
        row = self._connection.execute(
            "select split_part(version(), ' ', 2), postgis_lib_version(), postgis_geos_version()"
        ).fetchone()
        assert row is not None
        return "PostgreSQL {}, PostGIS {}, GEOS {}".format(*row)

    def load(
        self, plots: gpd.GeoDataFrame, platforms: gpd.GeoDataFrame, limits: dict[str, Any]
    ) -> None:
        """Copy plots (by number from 0), platforms and limits, and index them."""
        run = self._connection.execute
        run(
            f"create unlogged table plots (id integer, geom geometry(polygon, {PLANE}),"
            f" geog geography(polygon, {STORED}))"
        )
        plane, stored = _hex(plots, PLANE), _hex(plots, STORED)
        self._copy("plots (id, geom, geog)", zip(range(len(plots)), plane, stored, strict=True))
        run("create unlogged table platforms (platform_id text, geom geometry)")
        self._copy("platforms", zip(platforms["platform_id"], _hex(platforms, PLANE), strict=True))
        for name, layer in limits.items():
            run(f"create unlogged table whole_{name} (geom geometry)")
            self._copy(f"whole_{name}", ((shape,) for shape in _hex(layer, PLANE)))
            run(
                f"create unlogged table {name} as"  # noqa: S608 names of our own layers
                f" select st_subdivide(geom, {CORNERS}) as geom from whole_{name}"
            )
            self._limits.append(name)
        for table in ("plots", "platforms", *self._limits):
            run(f"create index on {table} using gist (geom)")
            run(f"alter table {table} set (parallel_workers = 8)")
            run(f"vacuum analyze {table}")
        run("create index on plots (id)")

    def _copy(self, table: str, rows: Any) -> None:  # noqa: ANN401 any rows of cells
        with (
            self._connection.cursor() as cursor,
            cursor.copy(f"copy {table} from stdin") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def statement(self, stage: str) -> str:
        """Return the SQL of a stage."""
        first, second = self._limits
        words = {"area": AREA, "membership": MEMBERSHIP, "deduction": DEDUCTION}[stage]
        return words.format(first=first, second=second)

    def plan(self, stage: str) -> str:
        """Return how the server would do a stage."""
        query = self.statement(stage).split(" as\n", 1)[1]
        return "\n".join(row[0] for row in self._connection.execute(f"explain {query}"))

    def answer(self, stage: str) -> Answer:
        """Run a stage once."""
        self._connection.execute(f"drop table if exists {stage}_out")
        busy, wall = _processor(self._postmaster), time.perf_counter()
        self._connection.execute(self.statement(stage))
        took, worked = time.perf_counter() - wall, _processor(self._postmaster) - busy
        cursor = self._connection.execute(f"select * from {stage}_out order by id")  # noqa: S608
        names = [column.name for column in cursor.description or ()]
        return Answer(took, worked, pd.DataFrame(cursor.fetchall(), columns=names).set_index("id"))


def _hex(frame: gpd.GeoDataFrame, code: int) -> list[str]:
    shapes = shapely.force_2d(frame.to_crs(code).geometry.to_numpy())
    told: list[str] = shapely.to_wkb(shapely.set_srid(shapes, code), hex=True, include_srid=True)
    return told


def _processor(postmaster: int) -> float:
    """Return the processor seconds of a server, of its processes that ended and that live."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, told = stat.parent.name, stat.read_text(encoding="utf-8")
        except OSError:
            continue  # ended meanwhile
        # behind the name: state, parent, …; own time is 11 and 12, that of ended children 13, 14
        cells = told.rpartition(")")[2].split()
        if int(pid) == postmaster:
            ticks += sum(map(int, cells[11:15]))
        elif int(cells[1]) == postmaster:
            ticks += sum(map(int, cells[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")
