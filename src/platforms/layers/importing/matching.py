"""Which column of a file is which column of a card, and how sure that is.

A header is compared as a whole: with what the user says, what was remembered, the card's own
names and titles, and the catalogue; then without its brackets, or by its lowest row alone,
which is only likely. Nothing is matched by likeness; only a map file, whose format cuts names
after ten bytes, is read by their beginnings. Two headers that mean one column equally are left
open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from platforms.geo.ingest.formats.header import Column as Head
from platforms.layers.cards import Card
from platforms.layers.firm_columns import plain
from platforms.layers.importing.catalogue import (
    ID_END,
    TEXT_END,
    ColumnNames,
    bare,
    column_names,
    is_unit,
)

__all__ = ["How", "Match", "header_name", "match_header", "name_heads"]

How = Literal["given", "remembered", "own", "title", "known", "likely"]
_ORDER: tuple[How, ...] = ("given", "remembered", "own", "title", "known", "likely")
# a name that fills what a Shapefile keeps of one: ten bytes of UTF-8, or of two for each sign
_CUT_BYTES = range(8, 11)
_NOTE = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
# under such a group a name is not the thing itself
_NOT_ITSELF = re.compile("得分|分值|权重|标准|增速|增幅|增长|同比|占比|比重|比例|完成率|排名|均")


@dataclass(frozen=True)
class Match:
    """What one column of a file is.

    Attributes
    ----------
    at
        Its place, from 0.
    source
        Its name in the file, without blanks.
    target
        Column of the card; empty where it is not used.
    how
        Why: ``given``, ``remembered``, ``own`` (the card's name of it), ``title``, ``known``
        (the catalogue) or ``likely``; empty where it is not used.
    unit
        Unit as its header states it.
    """

    at: int
    source: str
    target: str = ""
    how: How | Literal[""] = ""
    unit: str = ""


def header_name(head: Head) -> str:
    """Return the name under which people speak of a column of their file."""
    return "".join(head.label.split())


def name_heads(heads: Sequence[Head]) -> list[str]:
    """Return the names of a file's columns, a second one of the same name with its number."""
    seen: dict[str, int] = {}
    out = []
    for head in heads:
        name = header_name(head)
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 or not name else f"{name}#{seen[name]}")
    return out


def match_header(
    heads: Sequence[Head],
    card: Card,
    *,
    given: Mapping[str, str] | None = None,
    remembered: Mapping[str, str] | None = None,
    cut: bool = False,
) -> tuple[list[Match], dict[str, list[str]]]:
    """Say what the columns of a file are.

    Parameters
    ----------
    heads
        The header, joined.
    card
        What is looked for.
    given, remembered
        Name in the file to the card's column; an empty one means that it is not used.
    cut
        Whether the format cuts long names, so that a beginning stands for the whole.

    Returns
    -------
    matches, open_ones
        One match a column of the file; and columns of the card that several columns of the
        file mean equally, with those.
    """
    known = column_names(card)
    told: tuple[tuple[How, Mapping[str, str]], ...] = (
        ("given", _folded(given)),
        ("remembered", _folded(remembered)),
    )
    found: list[Match] = []
    for at, (head, source) in enumerate(zip(heads, name_heads(heads), strict=True)):
        target, how = _meaning(head, source, known, told)
        if cut and not target:
            target = _begun(source, known)
        found.append(Match(at, source, target, how if target else "", _unit(head)))
    return _one_each(found)


def _folded(told: Mapping[str, str] | None) -> dict[str, str]:
    return {plain(source): target for source, target in (told or {}).items()}


def _unit(head: Head) -> str:
    """Return the unit that a header states, also one that it has beside other notes."""
    if head.unit:
        return head.unit
    notes = (note for text in head.levels for note in _NOTE.findall(plain(text)))
    return next((note for note in notes if is_unit(note)), "")


def _meaning(
    head: Head,
    source: str,
    known: Mapping[str, ColumnNames],
    told: Sequence[tuple[How, Mapping[str, str]]],
) -> tuple[str, How]:
    for how, names in told:
        for text in (source, head.name, head.leaf):
            if plain(text) in names:
                return names[plain(text)], how
    whole = [plain(head.label), plain(head.name), plain("".join(head.levels))]
    leaf = plain(head.leaf)
    lower = not any(_NOT_ITSELF.search(text) for text in head.levels[:-1])
    tests: tuple[tuple[How, list[str]], ...] = (
        ("own", [name for name, names in known.items() if names.own == plain(head.label)]),
        ("title", [n for n, names in known.items() if names.titles & set(whole)]),
        ("known", [n for n, names in known.items() if names.known & set(whole)]),
        ("likely", [n for n, names in known.items() if lower and _likely(whole, leaf, names)]),
    )
    for how, targets in tests:
        if targets:
            # a column for the text as it is written, or for an id, gets it beside the other
            plainly = [t for t in targets if not t.endswith((TEXT_END, ID_END))] or targets
            return plainly[0], how
    return "", "likely"


def _begun(source: str, known: Mapping[str, ColumnNames]) -> str:
    """Return the one column of which a name is the beginning; empty for none or several."""
    begin = plain(source)
    sizes = {len(begin.encode(code, "replace")) for code in ("utf-8", "gb18030")}
    if not sizes & set(_CUT_BYTES):
        return ""
    meant = [
        name
        for name, names in known.items()
        if any(text.startswith(begin) for text in names.titles | names.known | {names.own})
    ]
    plainly = [name for name in meant if not name.endswith((TEXT_END, ID_END))] or meant
    return plainly[0] if len(plainly) == 1 else ""


def _likely(whole: Sequence[str], leaf: str, names: ColumnNames) -> bool:
    texts = {leaf, *map(bare, (*whole, leaf))} - {""}
    return bool(texts & (names.known | names.titles | {bare(t) for t in names.titles}))


def _one_each(found: list[Match]) -> tuple[list[Match], dict[str, list[str]]]:
    """Keep the surest of several for one target; none where two are equally sure."""
    best: dict[str, list[Match]] = {}
    for match in found:
        if match.target:
            rivals = best.setdefault(match.target, [])
            rank = _rank(match)
            if not rivals or rank < _rank(rivals[0]):
                best[match.target] = [match]
            elif rank == _rank(rivals[0]):
                rivals.append(match)
    open_ones = {t: [m.source for m in ms] for t, ms in best.items() if len(ms) > 1}
    kept = {ms[0].at for ms in best.values() if len(ms) == 1}
    return [m if m.at in kept else Match(m.at, m.source, unit=m.unit) for m in found], open_ones


def _rank(match: Match) -> int:
    return _ORDER.index(match.how) if match.how else len(_ORDER)
