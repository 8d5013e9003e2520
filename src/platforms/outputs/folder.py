"""The folder of a run: plan.gpkg, ledger.xlsx, map.html, run.json.

The four are made in a hidden folder and appear together or not at all. A folder that holds
an earlier run is replaced only when that is asked for, and then in one step where the system
can; one that holds other files is left alone.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from platforms.geo.write import atomic_folder
from platforms.outputs.books.workbook import save_workbook
from platforms.outputs.desktop.plan_file import save_geopackage
from platforms.outputs.maps.map_seal import MapDocument
from platforms.outputs.maps.map_sheet import run_document
from platforms.outputs.maps.page import save_html
from platforms.outputs.maps.slides import read_slides, with_slides
from platforms.outputs.run_place import MANIFEST, earlier_files, refuse_foreign
from platforms.planning.moves.relocation_sums import relocation_summary
from platforms.planning.run import Run

if TYPE_CHECKING:
    # the answer brings the solver with it, which a run without one does not need
    from platforms.planning.moves.relocation_answer import Relocation

__all__ = ["OUTPUTS", "save_run"]

OUTPUTS = ("plan.gpkg", "ledger.xlsx", "map.html", "run.json")

Progress = Callable[[str, float], None]


def save_run(
    run: Run,
    folder: str | os.PathLike[str],
    *,
    relocation: Relocation | None = None,
    slides: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    progress: Progress | None = None,
) -> dict[str, object]:
    """Write the outputs of a run into a folder.

    Parameters
    ----------
    run
        What :func:`platforms.run` gave.
    folder
        Made if it is not there; must be empty, or hold an earlier run and ``overwrite``.
    relocation
        An answer that is written with it, into all four.
    slides
        YAML file of the slides that the page has; default those that its layers give.
    overwrite
        Replace an earlier run.
    progress
        Called with the output's name and the share done.

    Returns
    -------
    record
        What run.json holds: counts, figures, outputs with their paths, seconds by stage.

    Raises
    ------
    CardError
        When the file of slides is wrong, or names what the map does not have.
    OutputError
        When the folder may not be used, or the outputs cannot be written.
    """
    target = Path(folder)
    refuse_foreign(target, overwrite=overwrite)
    seconds = dict(run.seconds)

    def timed(number: int, name: str, make: Callable[[], object]) -> None:
        if progress:
            progress(name, number / len(OUTPUTS))
        start = time.perf_counter()
        make()
        seconds[name] = round(time.perf_counter() - start, 3)

    with atomic_folder(
        target, overwrite=overwrite, manifest=(MANIFEST,), own=earlier_files(target)
    ) as staging:
        gpkg, xlsx, html = (staging / name for name in OUTPUTS[:3])
        timed(0, "plan.gpkg", lambda: save_geopackage(run, gpkg, relocation=relocation))
        timed(1, "ledger.xlsx", lambda: save_workbook(run, xlsx, relocation=relocation))
        timed(2, "map.html", lambda: save_html(_sheet(run, relocation, slides), html))
        record = run.to_json()
        if relocation is not None:
            record["relocation"] = relocation_summary(relocation)
            seconds["relocate"] = relocation.seconds
        record["outputs"] = {
            name: str(target / file)
            for name, file in zip(("gpkg", "xlsx", "html", "json"), OUTPUTS, strict=True)
        }
        record["seconds"] = {name: round(value, 3) for name, value in seconds.items()}
        text = json.dumps(record, ensure_ascii=False, indent=2)
        (staging / "run.json").write_text(text + "\n", encoding="utf-8")
    return record


def _sheet(
    run: Run, relocation: Relocation | None, slides: str | os.PathLike[str] | None
) -> MapDocument:
    """Return the map of a run, with the slides of a file where one is given."""
    document = run_document(run, relocation=relocation)
    if slides is None:
        return document
    return with_slides(document, read_slides(slides, document=document))
