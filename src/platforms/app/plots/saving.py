"""Plots as a file to take away, in the formats that the command line writes."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import streamlit as st

import platforms as ip
from platforms import messages
from platforms.app.journal import taken
from platforms.app.plots.upload import safe_name

__all__ = ["offer_plots", "plots_as"]

_ENDINGS = ("gpkg", "zip", "geojson", "txt", "xlsx", "csv")


def plots_as(frame: gpd.GeoDataFrame, ending: str) -> bytes:
    """Return plots as the bytes of a file.

    Parameters
    ----------
    frame
        Plots in EPSG:4490.
    ending
        As :func:`platforms.write_plots` takes it, without the dot.

    Raises
    ------
    OutputError
        When the format is not known.
    """
    with ip.temporary_folder() as folder:
        return ip.write_plots(frame, folder / f"plots.{ending}").read_bytes()


def offer_plots(frame: gpd.GeoDataFrame, *, name: str, mark: str, key: str) -> None:
    """Offer plots for download, under a name that is never that of the file they came from.

    Parameters
    ----------
    frame
        Plots in EPSG:4490.
    name
        Name of that file.
    mark
        Put behind it.
    key
        Tells the offers of a page apart.
    """
    kind, save = st.columns([1, 2], vertical_alignment="bottom")
    ending: str = kind.selectbox(
        messages.text("correcting.format"),
        _ENDINGS,
        format_func=lambda one: messages.text(f"correcting.formats.{one}"),
        key=f"{key}-format",
    )
    stem = Path(safe_name(name)).stem
    file = f"{stem}-{mark}.{ending}"
    save.download_button(
        messages.text("correcting.save", count=len(frame)),
        # made when it is asked for
        data=taken(file, lambda: plots_as(frame, ending)),
        file_name=file,
        on_click="ignore",
        key=f"{key}-save",
        width="stretch",
    )
