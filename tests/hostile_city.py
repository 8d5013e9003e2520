"""The example, in a copy whose parks, plots, firms, projects, papers and lists bear the corpus."""

from __future__ import annotations

import csv
import re
import shutil
import sqlite3
from contextlib import closing
from itertools import cycle
from pathlib import Path

import yaml

from hostile import HOSTILE, LONG
from platforms.layers.workspace import find_workspace

__all__ = ["NAMES", "lay_hostile"]

# one after the other in each list; a name may stand in it once
NAMES = [text for text in HOSTILE if text not in LONG and text.strip()]
_LISTS = {
    "platforms.csv": ("name",),
    "projects.csv": ("name", "content", "responsible"),
    "micro_parks.csv": ("name", "note"),
    "special_towns.csv": ("name", "aim", "note"),
    "tasks.csv": ("name", "lead"),
    "targets.csv": ("lead", "responsible"),
}
_TITLED = ("platforms", "projects", "plots", "micro_parks")
# what a spreadsheet's own file and a database's text both hold
_NO_FILE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def lay_hostile(folder: Path) -> Path:
    """Copy 乐清 into a folder under other names; return its root."""
    _, *sources = find_workspace("yueqing")
    for source, part in zip(sources, ("geo", "layers"), strict=True):
        shutil.copytree(source, folder / part)
    layers = folder / "layers"
    texts = cycle(NAMES)
    for file, columns in _LISTS.items():
        _rename(layers / file, columns, texts)
    _rename_plots(layers / "sample_plots.gpkg")
    for card in layers.glob("*.yaml"):
        told = yaml.safe_load(card.read_text(encoding="utf-8"))
        if told.get("layer") in _TITLED:
            title = f"{told['layer']} <img src=x onerror=window.hit=1> ![a](http://127.0.0.1:9/t)"
            told["title"] = {"zh": title, "en": title}
            _write(card, told)
    plan = layers / "plan.yaml"
    told = yaml.safe_load(plan.read_text(encoding="utf-8"))
    told["name"] = {
        "zh": "市</title><script>window.hit=1</script>",
        "en": "![a](http://127.0.0.1:9/)",
    }
    told["areas"] = {"zh": "![区](http://127.0.0.1:9/u)", "en": "![area](http://127.0.0.1:9/v)"}
    for document, text in zip(told["documents"], NAMES, strict=False):
        document["title"] = text
    _write(plan, told)
    return folder


def _written() -> list[tuple[str, str]]:
    texts = [_NO_FILE.sub("", text) for text in NAMES]
    return list(zip(texts, texts[::-1], strict=True))


def _rename_plots(path: Path) -> None:
    with closing(sqlite3.connect(path)) as plots, plots:
        # the index over the shapes is kept by triggers, which need functions of a driver
        triggers = plots.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            plots.execute(f'DROP TRIGGER "{name}"')
        plots.executemany(
            "UPDATE plots SET name = ?, firm_name = ?, industry = ? WHERE fid = ?",
            [(one, two, one, at) for at, (one, two) in enumerate(_written(), start=1)],
        )
        for _, made in triggers:
            plots.execute(made)


def _write(path: Path, told: object) -> None:
    path.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _rename(path: Path, columns: tuple[str, ...], texts: cycle) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row |= {column: next(texts) for column in columns}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
