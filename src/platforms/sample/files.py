"""The sample's files: where each layer is stored, written whole or not at all.

The cards beside them are written by people; they say ``sample: true``.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from platforms.geo.write import atomic_path, write_geopackage
from platforms.sample.generate import Sample
from platforms.sample.terrain import write_raster

__all__ = ["FILES", "write_sample"]

FILES = {
    "plots": "sample_plots.gpkg",
    "buildings": "sample_buildings.gpkg",
    "constraints": "sample_constraints.gpkg",
    "control_line": "sample_control_line.gpkg",
    "sample_firms": "sample_firms.csv",
    "sample_parks": "sample_parks.csv",
    "sample_links": "sample_links.csv",
    "land_changes": "sample_land_changes.csv",
    "dem": "sample_dem.tif",
}
# of a city whose recipe has one
_URBAN = "sample_urban_boundary.gpkg"


def write_sample(sample: Sample, folder: Path) -> dict[str, Path]:
    """Write all files of a sample into a folder, replacing older ones.

    Parameters
    ----------
    sample
        What to write.
    folder
        The city's ``layers`` folder.

    Returns
    -------
    written
        Layer name → path.

    Raises
    ------
    OutputError
        When a file cannot be written; the old one is then untouched.
    """
    written = {layer: folder / name for layer, name in FILES.items()}
    for layer in ("plots", "buildings", "constraints", "control_line"):
        write_geopackage({layer: getattr(sample, layer)}, written[layer], overwrite=True)
    if sample.urban_boundary is not None:
        written["urban_boundary"] = folder / _URBAN
        layers = {"urban_boundary": sample.urban_boundary}
        write_geopackage(layers, written["urban_boundary"], overwrite=True)
    _write_table(sample.firms, written["sample_firms"])
    _write_table(sample.parks, written["sample_parks"])
    _write_table(sample.links, written["sample_links"])
    _write_table(sample.land_changes, written["land_changes"])
    with atomic_path(written["dem"]) as path:
        write_raster(sample.heights, str(path))
    return written


def _write_table(table: pd.DataFrame, path: Path) -> None:
    with atomic_path(path) as tmp:
        table.to_csv(tmp, index=False, encoding="utf-8", lineterminator="\n")
