"""Fields of the ledger: which a person writes, which come from a run, and how they are kept.

In the history every value is text; a number is the shortest decimal that reads back as the
same. Nothing is None, in the history and in the tables; an empty text is nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

import pandas as pd

from platforms.errors import InputError
from platforms.store.ledger.steps import LedgerSteps
from platforms.store.sayings import seen
from platforms.store.schema import LEDGER_NUMBERS, LEDGER_WORDS

__all__ = ["EDITED", "FACTS", "LONGEST_TEXT", "Value", "checked", "day_of", "in_our_time"]
__all__ += ["plain", "read_back", "reasoned", "signed", "written"]

Value = str | float | None

# what people write; the other fields are facts that a run says
EDITED = ("step", "unit", "due", "note")
FACTS = (*(name for name in LEDGER_WORDS if name not in EDITED), *LEDGER_NUMBERS)
_NUMBERS = {*LEDGER_NUMBERS, "plots"}
_LONGEST_NAME, _LONGEST_WHY = 100, 2_000
LONGEST_TEXT = {"unit": 200, "note": 10_000}
# a day outside of these is a slip of the pen, such as 0206 for 2026
_YEARS = (1950, 2200)
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]0?0:00(?::00)?)?"
)


def plain(value: object) -> Value:
    """Return a value as it is kept: text, a number, or None for nothing."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:  # noqa: PLR0124 nan
        return None
    if isinstance(value, bool):
        return "yes" if value else None
    if isinstance(value, (int, float)):
        return float(value)
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    return seen(str(value)).strip() or None


def written(value: Value) -> str | None:
    """Return a kept value as the history has it."""
    return repr(value) if isinstance(value, float) else value


def read_back(field: str, text: str | None) -> Value:
    """Return what :func:`written` wrote."""
    return float(text) if text is not None and field in _NUMBERS else text


def day_of(value: object) -> str | None:
    """Return a day as ``YYYY-MM-DD``; None for nothing.

    Raises
    ------
    InputError
        For what is no day, or one of another age.
    """
    said = plain(value)
    if said is None:
        return None
    found = _DAY.fullmatch(str(said))
    try:
        day = dt.date(*map(int, found.groups())).isoformat() if found else _refuse_day(said)
    except ValueError:
        return _refuse_day(said)
    in_our_time(int(day[:4]), said)
    return day


def in_our_time(year: int, said: object) -> None:
    """Refuse a year that no plan is made for.

    Raises
    ------
    InputError
        For a year before 1950 or after 2200; names what was written.
    """
    first, last = _YEARS
    if not first <= year <= last:
        raise InputError("ledger.year_far", day=said, first=first, last=last)


def _refuse_day(said: object) -> str:
    raise InputError("ledger.day_wrong", day=said)


def checked(given: Mapping[str, object], steps: LedgerSteps) -> dict[str, Value]:
    """Return what a person wrote, ready to be kept.

    Parameters
    ----------
    given
        By field: ``step`` (id or title), ``unit``, ``due`` (a day), ``note``.
    steps
        The steps there are.

    Raises
    ------
    InputError
        For another field, a step that is not known, what is no day, or a text that is long.
    """
    strange = sorted(set(given) - set(EDITED))
    if strange:
        raise InputError("ledger.field_unknown", names=strange, known=list(EDITED))
    made: dict[str, Value] = {name: plain(value) for name, value in given.items()}
    if "step" in made:
        if made["step"] is None:
            raise InputError("ledger.step_empty")
        made["step"] = steps.named(made["step"])
    if "due" in made:
        made["due"] = day_of(made["due"])
    for name, most in LONGEST_TEXT.items():
        text = made.get(name)
        if isinstance(text, float):
            made[name] = text = f"{text:g}"
        if text is not None and len(text) > most:
            raise InputError("ledger.text_long", field=name, length=len(text), most=most)
    return made


def signed(name: str) -> str:
    """Return who writes.

    Raises
    ------
    InputError
        When nobody is named, or the name is long: half a name is another's.
    """
    said = " ".join(seen(name).split())
    if not said:
        raise InputError("ledger.nobody")
    if len(said) > _LONGEST_NAME:
        raise InputError("ledger.name_long", length=len(said), most=_LONGEST_NAME)
    return said


def reasoned(text: str) -> str:
    """Return why something is done.

    Raises
    ------
    InputError
        For a text that is long.
    """
    said = seen(text).strip()
    if len(said) > _LONGEST_WHY:
        raise InputError("ledger.text_long", field="why", length=len(said), most=_LONGEST_WHY)
    return said
