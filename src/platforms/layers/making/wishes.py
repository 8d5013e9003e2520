"""What a user says of the city that is to be made."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GivenDocument", "NewCity"]


@dataclass(frozen=True, kw_only=True)
class GivenDocument:
    """A document as a user names it.

    Attributes
    ----------
    id
        Short id that rows carry in ``doc``.
    title, number, issuer, date, region, period, note
        As :class:`platforms.layers.cards.Document`; empty where not known.
    """

    id: str
    title: str
    number: str = ""
    issuer: str = ""
    date: str = ""
    region: str = ""
    period: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class NewCity:
    """A city that is to be made.

    Attributes
    ----------
    county_code
        Administrative code of six digits (GB/T 2260); one that ends in 00 stands for the
        counties of a prefecture.
    name
        What to call it; None takes the name that the boundary's file has.
    boundary
        File with its outline, also one with many counties; the name of a known workspace; None
        for the boundary package, where it is installed.
    layer
        Layer of the boundary's file, or data set of a zip, where there are several.
    crs
        Coordinate system of the files where they state none; ``gcj02`` for a web map's.
    towns
        File with official town areas.
    seats
        CSV with the seats of the towns, of which areas are derived. One of the two, or none.
    documents
        What rows may cite.
    year
        Year that rules are judged for; None for this year.
    """

    county_code: str
    name: str | None = None
    boundary: str | None = None
    layer: str | None = None
    crs: str | None = None
    towns: str | None = None
    seats: str | None = None
    documents: tuple[GivenDocument, ...] = ()
    year: int | None = None
