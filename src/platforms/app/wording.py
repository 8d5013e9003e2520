"""What the library says, in the words of a page: it has boxes and buttons, not options.

A fault or an error that tells users of the command line what to type has an entry of its own
here; all others are said as the library says them.
"""

from __future__ import annotations

import logging
import re
from pathlib import PurePath

import platforms as ip
from platforms import messages
from platforms.errors import PlatformsError
from platforms.issues import Issue
from platforms.units import half_up, printed

__all__ = ["ASKED", "action_of", "is_outage", "of_areas", "said", "signed", "unit_of"]

_JOINTS = re.compile(r"([/·])")
_LOG = logging.getLogger(__name__)

# fields that name places of the server's own disk; who reads the page gets the last name alone
_PLACES = ("path", "folder", "file", "log")
_QUOTED = re.compile(r"(?<![\w.:/])(?:/[^/\s'\"]+)+/([^/\s'\"]+)")

# errors that the form on the page answers, or that name an option → entry
ASKED = {
    "read.crs_open": "app.asked.open",
    "read.crs_contradicts": "app.asked.contradicts",
    "read.crs_swapped": "app.asked.swapped",
    "read.crs_none": "app.asked.none",
    "read.nothing_in_china": "app.asked.nowhere",
    "read.crs_against_datum": "intake.asked.against",
    "read.layer_open": "app.asked.layer",
    "read.encoding_open": "app.asked.encoding",
    "read.encoding_wrong": "app.asked.encoding_wrong",
    "geo.missing": "app.asked.missing",
    "geo.datum_refused": "app.asked.datum",
    "geo.helmert_suffix": "intake.asked.suffix",
    "geo.helmert_needs_crs": "app.asked.needs_crs",
    "geo.helmert_not_needed": "app.asked.not_needed",
    "planning.all_outside": "intake.asked.elsewhere",
    "certificate.nothing": "intake.asked.no_areas",
    "certificate.no_area": "intake.asked.no_area",
    "policy.choice_not_allowed": "app.rules.not_allowed",
    "policy.choice_value": "app.rules.no_number",
    "moves.no_table": "moves_page.tables.lacking",
    "positions.not_a_file": "parks_page.exchange.not_a_file",
    "positions.older": "parks_page.exchange.older",
    "store.disk_failed": "app.outage.disk",
    "store.locked": "scenarios_page.asked.locked",
    "store.read_only": "app.outage.read_only",
    "store.server.disk_full": "app.outage.disk",
    "store.server.read_only": "app.outage.read_only",
    "store.unknown": "scenarios_page.asked.unknown",
    "store.not_exported": "scenarios_page.asked.not_exported",
    "store.nothing_kept": "scenarios_page.asked.unknown",
}


# what only whoever runs the server can mend → what a visitor is told; the log says the rest
_OUTAGES = {
    f"store.server.{name}": entry
    for entry, names in {
        "app.outage.closed": (
            "address", "crowded", "no_database", "no_driver", "no_name", "no_password",
            "no_postgis", "no_postgis_right", "no_right_to_make", "no_tls", "not_admitted",
            "older", "option", "password", "unreachable",
        ),
        "app.outage.gone": ("gone",),
        "app.outage.unsure": ("unsure",),
        "app.outage.damaged": ("damaged",),
    }.items()
    for name in names
} | {
    "store.away": "app.outage.away", "store.damaged": "app.outage.damaged",
    "store.no_access": "app.outage.closed", "store.no_folder": "app.outage.closed",
    "store.not_a_store": "app.outage.damaged",
}  # fmt: skip


def is_outage(error: PlatformsError) -> bool:
    """Say whether an error is of the store as a whole, which a visitor cannot mend."""
    return error.key in _OUTAGES


def action_of(issue: Issue, *, drawn: bool = False) -> str:
    """Return what was done about a fault, or what the visitor can do in the app.

    Parameters
    ----------
    issue
        The fault.
    drawn
        Whether it is one of a shape drawn on the map, which has no file behind it.
    """
    known = messages.catalogue(messages.language(), "intake")
    groups = ("drawn", "to_do") if drawn else ("to_do",)
    entry = next((f"{g}.{issue.kind}" for g in groups if f"{g}.{issue.kind}" in known), None)
    if entry is None:
        return issue.action()
    return messages.text(f"intake.{entry}", None, **{"feature": issue.feature, **issue.values})


def said(error: PlatformsError, lang: str | None = None) -> str:
    """Return an error in the words of a page; where on the server's disk is for its log.

    Parameters
    ----------
    error
        The error.
    lang
        Language; default the one of the page.
    """
    entry = ASKED.get(error.key) or _OUTAGES.get(error.key) or error.key
    fields = messages.in_one_line(error.fields)
    told = {name: _without_folders(name, value) for name, value in fields.items()}
    if told != fields:
        _LOG.warning("%s", error.message("en"))
    return messages.text(entry, lang, **told)


def _without_folders(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    if name == "reason":
        return _QUOTED.sub(r"\1", value)
    place = PurePath(value)
    return place.name if name in _PLACES and place.is_absolute() else value


def of_areas(city: ip.Workspace, entry: str, **fields: object) -> str:
    """Return a text about towns; where the plan calls its areas otherwise, in that word.

    Parameters
    ----------
    city
        The city.
    entry
        Of the catalogue; the same with ``_areas`` at its end takes the word.
    **fields
        Values named in the text.
    """
    own = city.plan.areas
    if own == type(city.plan).model_fields["areas"].default:
        return messages.text(entry, None, **fields)
    word = str(own)
    title = word[:1].upper() + word[1:]
    return messages.text(f"{entry}_areas", None, areas=word, title=title, **fields)


def unit_of(written: object) -> str:
    """Return a unit, written as the documents write it, in the language of the page.

    Parameters
    ----------
    written
        Such as 万元/亩; a part that has no other word stays. What is missing is no unit.
    """
    if not isinstance(written, str):
        return ""
    known = messages.catalogue(messages.language(), "unit_words")
    return "".join(known.get(part, part) for part in _JOINTS.split(written))


def signed(value: float, digits: int) -> str:
    """Return a change as users read it, with its sign; one that is printed as 0 has none.

    Parameters
    ----------
    value
        The change.
    digits
        Decimals to print.
    """
    rounded = half_up(value, digits)
    sign = "" if rounded == 0 else "+" if rounded > 0 else "−"
    return f"{sign}{printed(abs(rounded), digits)}"
