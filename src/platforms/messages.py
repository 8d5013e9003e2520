"""Every word that a user reads, from catalogues.

A message is found by key: ``room.entry`` where ``room`` names a file in
``locale/<language>/`` and ``entry`` the (dotted) path inside it. Chinese is what users read
first; the English catalogue is complete beside it, and a test compares the two.
Values are put in by name and are never themselves read as templates. What a library says in
its own words is said in ours where a message names the group, as ``{reason:library.geometry}``.
"""

from __future__ import annotations

import os
import re
import string
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import cache
from importlib import resources

import yaml

__all__ = [
    "LANGUAGES",
    "ask_language",
    "catalogue",
    "in_one_line",
    "language",
    "one_line",
    "rooms",
    "set_language",
    "template",
    "text",
]

LANGUAGES = ("zh_CN", "en")

# a value that is said in the words of a catalogue: {name:room.entry}
_GROUP = re.compile(r":[a-z_]+\.[a-z_]+\}")

# signs of control but ends of lines and tabs, those that turn the direction of writing or begin
# a line without being one, and those that are no characters
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ufffe\uffff\ud800-\udfff]"
)
_BYTE = 0xFF

# values that name one thing: one line wherever it is said, or it could pass for a line of ours
_NAMES = frozenset({
    "city", "column", "doc", "feature", "field", "file", "firm", "folder", "host", "id", "key",
    "layer", "member", "name", "names", "option", "output", "park", "path", "place", "plot",
    "plot_id", "store", "town", "user", "who", "workspace",
})  # fmt: skip

_current: ContextVar[str | None] = ContextVar("platforms_language", default=None)
# asked in turn where no language is set
_ASKED: list[Callable[[], str | None]] = []


def language() -> str:
    """Return the language: set here, else asked for, else ``PLATFORMS_LANG``, else Chinese."""
    asked = (ask() for ask in _ASKED)
    chosen = _current.get() or next(filter(None, asked), None)
    chosen = chosen or os.environ.get("PLATFORMS_LANG", "")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def ask_language(ask: Callable[[], str | None]) -> None:
    """Let somebody be asked for the language of a context in which none was set.

    Parameters
    ----------
    ask
        Returns a language, or None where it knows none.
    """
    if ask not in _ASKED:
        _ASKED.append(ask)


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
    written = template(key, lang)
    if not fields and "{" not in written and "}" not in written:
        return written
    if named := fields.keys() & _NAMES:
        fields |= in_one_line({name: fields[name] for name in named})
    if _has_words(written):
        return _Words(lang).vformat(written, (), fields).rstrip("\n")
    joined = _joint(lang)
    values = {
        name: _visible(joined.join(map(str, value)))
        if isinstance(value, (list, tuple, set))
        else _visible(value)
        for name, value in fields.items()
    }
    return written.format_map(values).rstrip("\n")


def one_line(value: str) -> str:
    """Return a text as one line that a terminal only shows.

    No part of it looks like a line of its own, and what steers a terminal or turns the
    direction of writing is spelled out.

    Parameters
    ----------
    value
        What a user wrote.
    """
    # most texts are: a table may have 100,000
    return value if value.isprintable() else str(_visible(" ⏎ ".join(value.splitlines())))


def in_one_line(fields: Mapping[str, object]) -> dict[str, object]:
    """Return the values of a message, each text among them as one line.

    Parameters
    ----------
    fields
        Values by the names in the message.
    """
    return {
        name: [_flat(one) for one in value] if isinstance(value, (list, tuple)) else _flat(value)
        for name, value in fields.items()
    }


def _flat(value: object) -> object:
    told = isinstance(value, (str, os.PathLike, BaseException))
    return one_line(str(value)) if told else value


def _visible(value: object) -> object:
    """Return a value with what is not seen written out: it could move or colour a terminal."""
    # text first: whether something is a path is a slow question
    if not isinstance(value, str):
        if not isinstance(value, (os.PathLike, BaseException)):
            return value
        value = str(value)
    if not _UNSEEN.search(value):
        return value
    return _UNSEEN.sub(lambda found: _spelled(ord(found[0])), value)


def _spelled(sign: int) -> str:
    return f"\\x{sign:02x}" if sign <= _BYTE else f"\\u{sign:04x}"


def _joint(lang: str) -> str:
    return "、" if lang == "zh_CN" else ", "


@cache
def _has_words(written: str) -> bool:
    return _GROUP.search(written) is not None


class _Words(string.Formatter):
    """Puts values in; one that names a group is said in that group's words.

    ``{reason:library.geometry}`` with the value ``Self-intersection`` becomes the entry
    ``library.geometry.self_intersection``.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def format_field(self, value: object, format_spec: str) -> str:
        """Return a value's text."""
        many = value if isinstance(value, (list, tuple, set)) else (value,)
        if not _GROUP.fullmatch(f":{format_spec}}}"):
            return format(_visible(_joint(self.lang).join(map(str, many))), format_spec)
        return _joint(self.lang).join(
            _said(str(_visible(str(one))), format_spec, self.lang) for one in many
        )


def _said(words: str, group: str, lang: str) -> str:
    """Say a library's words in a language; numbers in brackets behind them stay."""
    room, _, entry = group.partition(".")
    known = catalogue(lang, room)
    head, bracket, place = words.partition("[")
    parts = head.split()
    for count in range(len(parts), 0, -1):
        slug = re.sub(r"[^a-z0-9]+", "_", " ".join(parts[:count]).casefold()).strip("_")
        # a sign between words belongs to what follows them
        if parts[count - 1].strip("'\"<>=!,.:;()") and f"{entry}.{slug}" in known:
            rest = " ".join(parts[count:])
            told = known[f"{entry}.{slug}"].format_map({"rest": rest})
            return f"{told} [{place}" if bracket else told
    return known[f"{entry}.other"].format_map({"text": words})


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
