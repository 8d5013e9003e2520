"""Cities for ``app.py``: the example with 300, 10,000 or 100,000 plots instead of its own.

All else (plans, towns, limits, firms) stays as it is, so that a page does what it does for a
real county. The plots lie close together inside the county; what they say is what the sample's
plots say, over and over, with ids and firms of their own.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from measure import CRS, make_plots

import platforms as ip

__all__ = ["made_up_plots", "make_city"]

_KEY = "plot_id"


def made_up_plots(count: int) -> gpd.GeoDataFrame:
    """Return plots with the columns of the sample, EPSG:4490.

    Fewer plots are spread over the whole county, as a county's own are.
    """
    most = make_plots(100_000)
    places = np.linspace(0, len(most) - 1, count).astype(int)
    sample = ip.Workspace.open("yueqing").layer("plots")
    rows = sample.iloc[np.arange(count) % len(sample)].reset_index(drop=True)
    rows[_KEY] = [f"SP-{n:04d}" for n in range(1, count + 1)]
    for column in ("name", "firm_name"):
        rows[column] = [f"示例 {n:06d}" for n in range(count)]
    rows["credit_code"] = [f"SAMPLE{n:012d}" for n in range(count)]
    shapes = gpd.GeoSeries(most[places], crs=CRS).to_crs(4490)
    return rows.set_geometry(shapes.reset_index(drop=True))


def make_city(count: int, folder: Path) -> Path:
    """Make a workspace with so many plots and return its folder."""
    home = folder / f"city-{count}"
    ip.copy_workspace("yueqing", home)
    plots = made_up_plots(count)
    path = home / "layers" / "sample_plots.gpkg"
    path.unlink()
    plots.to_file(path, layer="plots", driver="GPKG")
    # rows of other tables that name a plot which this city does not have
    for table in (home / "layers").glob("*.csv"):
        rows = pd.read_csv(table, dtype=str, keep_default_na=False)
        if _KEY in rows:
            rows[rows[_KEY].isin(plots[_KEY])].to_csv(table, index=False, lineterminator="\n")
    for layer in (home / "layers").glob("*.gpkg"):
        rows = gpd.read_file(layer)
        if layer != path and _KEY in rows and not rows[_KEY].isin(plots[_KEY]).all():
            name = pyogrio.list_layers(layer)[0][0]
            layer.unlink()
            rows[rows[_KEY].isin(plots[_KEY])].to_file(layer, layer=name, driver="GPKG")
    return home
