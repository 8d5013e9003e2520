"""The map for notebooks: a folium map that carries our page.

folium and branca read text as templates once more while rendering, and fetch their scripts
from the network. So nothing of the document goes through them: the map's HTML is our own
page, in a frame of its own, and saving the map saves that page.
"""

from __future__ import annotations

import html
import os
from pathlib import Path
from typing import Any, BinaryIO

import folium

from platforms.outputs.maps.map_document import MapDocument
from platforms.outputs.maps.page import render_page, save_html

__all__ = ["build_map"]


class PlanMap(folium.Map):
    """A :class:`folium.Map` that shows a map document offline."""

    def __init__(self, document: MapDocument, *, height: int = 640) -> None:
        super().__init__(tiles=None)
        self.document = document
        self.frame_height = height

    def render(self, **_kwargs: Any) -> str:  # noqa: ANN401 folium's signature
        """Return the page; nothing is rendered through folium's templates."""
        return render_page(self.document)

    def get_root(self) -> PlanMap:
        """Return the map itself: it is its own document."""
        return self

    def save(self, outfile: str | os.PathLike[str] | BinaryIO, **_kwargs: Any) -> None:  # type: ignore[override]  # noqa: ANN401
        """Save the page: one file that asks the network for nothing."""
        if isinstance(outfile, (str, os.PathLike)):
            save_html(self.document, Path(outfile))
        else:
            outfile.write(self.render().encode("utf-8"))

    def _repr_html_(self, **_kwargs: Any) -> str:  # noqa: ANN401 folium's signature
        """Return the page in a frame that may run scripts and nothing else."""
        page = html.escape(self.render(), quote=True)
        return (
            f'<iframe srcdoc="{page}" sandbox="allow-scripts allow-modals" '
            f'style="width:100%;height:{self.frame_height:d}px;border:0"></iframe>'
        )


def build_map(document: MapDocument, *, height: int = 640) -> folium.Map:
    """Return a folium map of a document, for notebooks.

    Parameters
    ----------
    document
        What :func:`platforms.run_document` gave.
    height
        Height in a notebook, pixels.

    Returns
    -------
    map
        Shows in a notebook and saves offline; layers added to it by hand are not shown.
    """
    return PlanMap(document, height=height)
