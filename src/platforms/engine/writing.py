"""The outputs of a run in parts: tables, faults and the record, beside the plots."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path

from platforms.engine.assembling import Whole
from platforms.engine.result import PartsRun
from platforms.planning.run_record import run_record
from platforms.version import VERSION

__all__ = ["write_outputs"]

_TABLES = ("towns", "platforms", "layout_units")


def write_outputs(
    whole: Whole,
    staging: Path,
    target: Path,
    *,
    engine: Mapping[str, object],
    seconds: dict[str, float],
) -> PartsRun:
    """Write what stands beside the plots, and return the run.

    Parameters
    ----------
    whole
        What the run says.
    staging, target
        Folder that is filled, and where it will be.
    engine
        How it was run.
    seconds
        Time of each stage so far; takes that of this one.
    """
    start = time.perf_counter()
    for name in _TABLES:
        # with a mark, so that a spreadsheet reads the characters
        table = whole.tables[name]
        table.to_csv(staging / f"{name}.csv", index=False, encoding="utf-8-sig")
    whole.issues.to_frame().astype(
        {"feature": "str", "field": "str", "file": "str", "layer": "str", "delta_m2": "float64"}
    ).to_parquet(staging / "issues.parquet", index=False)
    seconds["write"] = time.perf_counter() - start
    pack, workspace, job = whole.job.pack, whole.job.workspace, whole.job
    counts = {name: len(frame) for name, frame in whole.layers.items()}
    names = ("plots", "towns.csv", "platforms.csv", "layout_units.csv", "issues.parquet")
    record = run_record(
        workspace,
        head={
            "version": VERSION,
            "sample_layers": whole.sample_layers,
            "input": dict(whole.input),
            "pack": pack.pack,
            "counts": {**counts, "plots": job.shuffled.rows},
        },
        figures=whole.figures,
        verdicts=(*pack.outcomes, "not", "unknown"),
        overlap_m2=whole.overlap_m2,
        tail={
            "issues": dict(sorted(whole.issues.by_kind().items())),
            "seconds": {name: round(value, 3) for name, value in seconds.items()},
            "outputs": {
                name.partition(".")[0]: str(target / name) for name in (*names, "run.json")
            },
            "engine": dict(engine),
        },
    )
    text = json.dumps(record, ensure_ascii=False, indent=2)
    (staging / "run.json").write_text(text + "\n", encoding="utf-8")
    return PartsRun(
        workspace=workspace,
        pack=pack,
        folder=target,
        figures=whole.figures,
        towns=whole.tables["towns"],
        platforms=whole.tables["platforms"],
        layout_units=whole.tables["layout_units"],
        targets=whole.targets,
        issues=whole.issues,
        overlap_m2=whole.overlap_m2,
        complete=not whole.unmeasured,
        record=record,
        limits=job.limits,
    )
