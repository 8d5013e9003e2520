"""Where what a slide shows is from, in one line: documents, and data that are made up."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from platforms import messages
from platforms.outputs.figures.figure_words import clean

__all__ = ["slide_sources"]


def slide_sources(content: Mapping[str, object], layers: Collection[str] | None, lang: str) -> str:
    """Return the sources of a slide in a line; empty where there are none.

    Parameters
    ----------
    content
        What a map document holds.
    layers
        Ids of the layers that the slide shows; None for those the map opens with.
    lang
        Language of the line.
    """
    shown = [
        layer
        for layer in cast("Sequence[Mapping[str, Any]]", content["layers"])
        if (layer["visible"] if layers is None else layer["id"] in layers)
    ]
    found = []
    # figures of made-up plots are from no document
    if any(layer["sample"] for layer in shown):
        found.append(messages.text("figures.slide_sample", lang))
    books = [clean(one["title"]) for one in cast("Sequence[Mapping[str, Any]]", content["sources"])]
    books = [title for title in books if title]
    if len(books) > 1:
        found.append(messages.text("figures.slide_books", lang, title=books[0], count=len(books)))
    elif books:
        found.append(messages.text("figures.book", lang, title=books[0]))
    return (", " if lang == "en" else "；").join(found)
