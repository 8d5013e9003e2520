"""Readers of what belongs to a workspace or a store, with small valid files for them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import shapely
from door import Door, Seen, print_of, same_book
from mutants import UNREADABLE_ZIP, members, packed

import platforms as ip
from platforms.policy.targets_reported import read_reported
from platforms.store.exchange import read_zip
from platforms.store.ledger.files import read_ledger_file
from platforms.store.ledger.steps import LedgerSteps

TESTS = Path(__file__).resolve().parents[1]
sys.path += [str(TESTS / "planning" / "scenarios"), str(TESTS / "store" / "copying")]
DAY = dt.date(2026, 11, 22)
DOORS: dict[str, Door] = {}


def _door(name: str, file: str, seeds, read, **more) -> None:
    DOORS[name] = Door(name, file, seeds, read, **more)


def _reported(folder: Path) -> list[bytes]:
    return [
        "target_id,value,unit,date,source,author\nyq2016-01,480,亿元,2020-12-31,统计公报,王\n".encode()
    ]


_door("reported", "a.csv", _reported,
      lambda p: Seen(print_of(read_reported(p, ip.Workspace.open("yueqing"), today=DAY))))  # fmt: skip


def _scenario(folder: Path) -> list[bytes]:
    from scenario_samples import a_portfolio

    store = ip.open_store("here", folder)
    made = a_portfolio([("x", True, 5.0), ("y", False, 3.0)], parameters={"target_mu": 4.0})
    store.keep(made, name="甲", author="王", note="备注")
    return [store.export("甲", folder / "a.zip").read_bytes()]


def _summed(path: Path) -> Seen:
    """Read a scenario whose hashes fit, whatever it holds."""
    other = path.with_name("summed.zip")
    other.write_bytes(path.read_bytes())
    with suppress(*UNREADABLE_ZIP):
        files = members(path.read_bytes())
        sums = [
            f"{hashlib.sha256(files[n]).hexdigest()}  {n}\n" for n in files if n != "SHA256SUMS"
        ]
        other.write_bytes(packed({**files, "SHA256SUMS": "".join(sums).encode()}))
    return Seen(repr(read_zip(other)))


_door("scenario_zip", "a.zip", _scenario, lambda p: Seen(repr(read_zip(p))))
_door("scenario_summed", "a.zip", _scenario, _summed)


def _position(folder: Path) -> list[bytes]:
    one = ip.Position(
        layer="platforms", feature_id="YQ-P13", basis="drawn", accuracy_m=20.0, author="张三",
        source="地形图", stated="2026-01-02", shape=shapely.box(120.97, 28.04, 120.99, 28.06),
    )  # fmt: skip
    made = ip.export_positions(ip.PositionSet("yueqing", (one,)), folder / "a.geojson").read_bytes()
    # without the hash of all, so that a changed tree is looked at
    bare = json.loads(made)
    del bare["platforms"]
    return [made, json.dumps(bare).encode(), json.dumps(bare).encode()]


def _positions(path: Path) -> Seen:
    found = ip.import_positions(path, "yueqing")
    return Seen(found.sha256, ip.check_positions(ip.Workspace.open("yueqing"), found))


_door("positions", "a.geojson", _position, _positions)


def _filled(folder: Path) -> ip.Store:
    from whole_store import fill

    store = ip.open_store("here", folder / "full")
    fill(store, folder)
    return store


def _backup(folder: Path) -> list[bytes]:
    made = ip.backup_store(_filled(folder), folder / "a.gpkg", by="王")
    return [made.path.read_bytes()]


def _restored(path: Path) -> Seen:
    sums = hashlib.sha256(path.read_bytes()).hexdigest()
    # the checksum fits, so that the content itself is judged
    path.with_name(path.name + ".sha256").write_text(f"{sums}  {path.name}\n")
    store = ip.open_store("here", path.parent / "into")
    return Seen(repr(ip.restore_store(store, path, by="王").source))


_door("restore", "a.gpkg", _backup, _restored, weight=0.1)


def _ledger_rows(end: str) -> Callable[[Path], list[bytes]]:
    def make(folder: Path) -> list[bytes]:
        path = _filled(folder).ledger.export(folder / f"ledger{end}")
        return [path.read_bytes() if end == ".csv" else same_book(path)]

    return make


def _brought(path: Path) -> Seen:
    return Seen(repr(read_ledger_file(path, _steps())))


@cache
def _steps() -> LedgerSteps:
    with tempfile.TemporaryDirectory(prefix="steps-") as folder:
        return ip.open_store("here", folder).ledger.steps


_door("ledger_csv", "a.csv", _ledger_rows(".csv"), _brought)
_door("ledger_xlsx", "a.xlsx", _ledger_rows(".xlsx"), _brought)


def _city(name: str) -> Callable[[Path], Seen]:
    """Open a small city one of whose files is the one that is given."""

    def read(path: Path) -> Seen:
        root = path.parent / "square"
        lay_city(root)
        shutil.copyfile(path, root / name)
        city = ip.Workspace.open(root)
        faults = [one.message(lang) for one in city.check() for lang in ("zh_CN", "en")]
        return Seen(repr(faults))

    return read


def _of_city(name: str) -> Callable[[Path], list[bytes]]:
    def make(folder: Path) -> list[bytes]:
        lay_city(folder / "square")
        return [(folder / "square" / name).read_bytes()]

    return make


def lay_city(root: Path) -> None:
    """Write the small city of the tests."""
    from city import city

    if not root.exists():
        city.__wrapped__(root.parent)


for _name in ("layers/plan.yaml", "layers/parks.yaml", "layers/parks.csv", "geo/county.geojson"):
    _door(
        f"city_{Path(_name).name.replace('.', '_')}",
        f"a{Path(_name).suffix}",
        _of_city(_name),
        _city(_name),
    )
