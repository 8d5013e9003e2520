"""A map of a page as a file, made when somebody asks for it, in the language of its scene.

It is the internal one: a page's own trial is nothing for the public.
"""

from __future__ import annotations

from contextvars import copy_context
from typing import Any

import platforms as ip

__all__ = ["map_page"]


def map_page(document: Any, lang: str) -> bytes:  # noqa: ANN401 the library is loaded lazily
    """Return the offline page of a map document.

    Parameters
    ----------
    document
        Of the map that is shown.
    lang
        Language of the page's own words.

    Raises
    ------
    PlatformsError
        When it cannot be made.
    """

    def write() -> bytes:
        ip.set_language(lang)
        with ip.temporary_folder() as folder:
            return ip.save_html(document, folder / "map.html").read_bytes()

    # the server calls this outside any session, where no language is set
    return copy_context().run(write)
