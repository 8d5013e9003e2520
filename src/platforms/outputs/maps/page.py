"""One HTML file that holds the map and asks the network for nothing.

The page's policy forbids every request; only the runtime, known by its hash, may run. The
document is a block of JSON that the runtime reads and draws with text nodes. The template
holds our own words only and escapes what it is given.
"""

from __future__ import annotations

import base64
import hashlib
import os
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

from jinja2 import Environment
from markupsafe import Markup

from platforms import messages
from platforms.errors import MissingPartError
from platforms.geo.write import atomic_path
from platforms.outputs.maps.map_document import MapDocument
from platforms.version import VERSION

__all__ = ["render_page", "runtime_assets", "save_html"]

_SCRIPTS = {"page": "runtime.js", "component": "component.js"}


@cache
def runtime_assets(target: Literal["page", "component"] = "page") -> tuple[str, str]:
    """Return the built map runtime.

    Parameters
    ----------
    target
        ``page``: a script that runs by itself. ``component``: a module for the app.

    Returns
    -------
    script, styles
        JavaScript and CSS text.

    Raises
    ------
    MissingPartError
        When the runtime has not been built; says how to build it.
    """
    return _built(_SCRIPTS[target]), _built("runtime.css")


def _built(name: str) -> str:
    file = resources.files("platforms.outputs") / "runtime" / name
    if not file.is_file():
        raise MissingPartError("map.errors.not_built", file=name)
    return file.read_text(encoding="utf-8")


def render_page(document: MapDocument) -> str:
    """Return the HTML page of a map document.

    Raises
    ------
    MissingPartError
        When the runtime has not been built.
    """
    script, css = runtime_assets("page")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    template = resources.files("platforms.outputs.maps") / "page.html.j2"
    lang = "zh_CN" if document.content["lang"] == "zh-CN" else "en"
    return (
        Environment(autoescape=True)
        .from_string(template.read_text(encoding="utf-8"))
        .render(
            lang=document.content["lang"],
            title=document.content["title"],
            id=document.id,
            version=VERSION,
            no_script=messages.text("map.page.no_script", lang),
            script_hash=Markup(f"sha256-{digest}"),  # noqa: S704 base64 of a hash
            css=Markup(css),  # noqa: S704 our own build
            script=Markup(script),  # noqa: S704 our own build
            data=Markup(_inert(document.to_json())),  # noqa: S704 made inert
        )
    )


def _inert(text: str) -> str:
    """Return JSON that cannot end its script element or open a comment."""
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def save_html(
    document: MapDocument, path: str | os.PathLike[str], *, overwrite: bool = True
) -> Path:
    """Write the page of a map document, whole or not at all.

    Parameters
    ----------
    document
        What :func:`platforms.run_document` gave.
    path
        The ``.html`` file.
    overwrite
        Replace a file that is there.

    Returns
    -------
    path
        The file written.

    Raises
    ------
    MissingPartError
        When the runtime has not been built.
    OutputError
        When the file cannot be written.
    """
    text = render_page(document)
    with atomic_path(path, overwrite=overwrite) as tmp:
        tmp.write_text(text, encoding="utf-8")
    return Path(path)
