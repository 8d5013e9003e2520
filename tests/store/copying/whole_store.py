"""A workspace that has something of all that a store keeps."""

from __future__ import annotations

import sys
from pathlib import Path

import geopandas as gpd
import shapely

from platforms.layers.positions import Position

sys.path += [
    str(Path(__file__).resolve().parents[1] / "ledger"),
    str(Path(__file__).resolve().parents[2] / "planning" / "scenarios"),
]
from ledger_samples import a_run
from scenario_samples import a_portfolio


def frame_of(rows):
    """Plots of (id, west, use)."""
    shapes = [shapely.box(west, 28.0, west + 0.001, 28.001) for _, west, _ in rows]
    table = {"plot_id": [row[0] for row in rows], "use": [row[2] for row in rows]}
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4490")


def a_place(west):
    """The boundary of a platform."""
    return Position(
        layer="platforms", feature_id="p1", shape=shapely.box(west, 28.0, west + 0.1, 28.1),
        basis="drawn", accuracy_m=50.0, author="王", source="图", stated="2026-01-31",
    )  # fmt: skip


def fill(store, folder):
    """Put something of everything into a store."""
    store.keep(a_portfolio([("x", True, 5.0), ("y", False, 3.0)]), name="甲案", author="王")
    store.copy("甲案", "乙案", by="李")
    store.remove("乙案", by="李", why="过时")
    low = [(key, "low_efficiency", mu) for key, mu in (("A", 10.5), ("B", 20.0), ("C", 0.1))]
    store.ledger.take(a_run([*low, ("N", "not", 5.0)]), by="王")
    store.ledger.set_milestone("2099-Q1", "plan", plots=2, by="王")
    store.plots.take(frame_of([("A", 121.0, "工业"), ("B", 121.01, None)]), by="王", why="二调")
    store.plots.remove("B", by="李", why="征收")
    store.positions.place(a_place(121.0), by="王")
    store.positions.undo("platforms", "p1", by="王", why="误")
    paper = folder / "paper.pdf"
    paper.write_bytes(b"%PDF-1.4 a paper\n%%EOF\n")
    store.ledger.attach("A", paper, by="王", why="证")
    store.journal.note("export", "ledger.xlsx", by="王", data=b"x")
    # from now on who writes is asked
    store.members.add("王", "approver", by="王")
    store.members.add("李", "editor", by="王")
