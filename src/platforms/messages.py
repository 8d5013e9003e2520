"""Every word that a user reads, from catalogues.

A message is found by key: ``room.entry`` where ``room`` names a file in
``locale/<language>/`` and ``entry`` the (dotted) path inside it. Chinese is what users read
first; the English catalogue is complete beside it, and a test compares the two.
Values are put in by name and are never themselves read as templates.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from importlib import resources

import yaml

__all__ = ["LANGUAGES", "catalogue", "language", "rooms", "set_language", "template", "text"]

LANGUAGES = ("zh_CN", "en")

_current: ContextVar[str | None] = ContextVar("platforms_language", default=None)


def language() -> str:
    """Return the current language: set here, else ``PLATFORMS_LANG``, else Chinese."""
    chosen = _current.get() or os.environ.get("PLATFORMS_LANG", "")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def set_language(lang: str | None) -> None:
    """Choose the language for this context (thread, task or app session).

    Parameters
    ----------
    lang
        ``"zh_CN"``, ``"en"``, or None to return to the default.

    Raises
    ------
    ValueError
        For a language without a catalogue.
    """
    if lang is not None and lang not in LANGUAGES:
        msg = f"no catalogue for {lang!r}; there are {', '.join(LANGUAGES)}"
        raise ValueError(msg)
    _current.set(lang)


@cache
def catalogue(lang: str, room: str) -> Mapping[str, str]:
    """Return one room's messages, keyed by dotted entry.

    Raises
    ------
    LookupError
        When the room has no catalogue in that language.
    """
    file = resources.files("platforms") / "locale" / lang / f"{room}.yaml"
    if not file.is_file():
        msg = f"no catalogue {lang}/{room}.yaml"
        raise LookupError(msg)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    tree = yaml.load(file.read_text(encoding="utf-8"), Loader=loader) or {}  # noqa: S506 safe loader
    return dict(_flatten(tree))


def _flatten(tree: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            rows += _flatten(value, f"{name}.")
        else:
            rows.append((name, str(value)))
    return rows


def rooms(lang: str) -> list[str]:
    """Return the names of the catalogue files of one language, sorted."""
    folder = resources.files("platforms") / "locale" / lang
    return sorted(
        f.name.removesuffix(".yaml") for f in folder.iterdir() if f.name.endswith(".yaml")
    )


def text(key: str, lang: str | None = None, /, **fields: object) -> str:
    """Return the message under a key with its values put in.

    Parameters
    ----------
    key
        ``room.entry``.
    lang
        Language; default the current one.
    **fields
        Values named in the message. Lists are joined with a comma.

    Raises
    ------
    LookupError
        For a key that the catalogue does not have: a fault of the program, not of a user.
    """
    lang = lang or language()
    joined = "、" if lang == "zh_CN" else ", "
    values = {
        name: joined.join(map(str, value)) if isinstance(value, (list, tuple, set)) else value
        for name, value in fields.items()
    }
    return template(key, lang).format_map(values).rstrip("\n")


def template(key: str, lang: str | None = None, /) -> str:
    """Return the message under a key as it is written, for many rows of a table.

    Raises
    ------
    LookupError
        As `text`.
    """
    room, _, entry = key.partition(".")
    lang = lang or language()
    try:
        return catalogue(lang, room)[entry].rstrip("\n")
    except KeyError:
        msg = f"no message {key!r} in {lang}"
        raise LookupError(msg) from None
