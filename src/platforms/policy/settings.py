"""Settings of a pack as people type them: ``parameter=reading`` or ``parameter=value``.

A parameter with readings takes the id of one; a number takes a number; words take a word, a
date (YYYY-MM-DD) or a list in brackets (``[C, D]``; ``[]`` is the empty list). With nothing
behind the sign the parameter has no value, and rules that need it answer unknown.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable

from platforms.errors import RuleError
from platforms.policy.parameters import Parameter, Value
from platforms.policy.schema import Pack

__all__ = ["with_settings"]


def with_settings(pack: Pack, settings: Iterable[str]) -> Pack:
    """Return the pack with settings as people type them.

    Parameters
    ----------
    pack
        The rules; not changed.
    settings
        Texts like ``tax_floor=5`` or ``mean_share=below_10_percent``, one a parameter.

    Raises
    ------
    RuleError
        For a text of another form, a parameter that is set twice, and as ``Pack.choose``.
    """
    choices: dict[str, Value | None] = {}
    for setting in settings:
        name, sign, text = setting.partition("=")
        if not sign or not name.strip():
            raise RuleError("policy.setting_form", value=setting)
        if name.strip() in choices:
            raise RuleError("policy.setting_twice", name=name.strip())
        parameter = pack.parameter(name.strip())
        choices[name.strip()] = None if parameter is None else _value(parameter, text.strip())
    return pack.choose(**choices)


def _value(parameter: Parameter, text: str) -> Value | None:
    if parameter.readings or not text:
        return text or None
    return _word(text) if parameter.unit == "-" else _number(text)


def _number(text: str) -> Value:
    try:
        number = float(text)
    except ValueError:
        # the pack says what is wrong with it
        return text
    if not math.isfinite(number):
        return text
    return int(number) if number.is_integer() else number


def _word(text: str) -> Value:
    if text.startswith("[") and text.endswith("]"):
        return tuple(word.strip() for word in text[1:-1].split(",") if word.strip())
    if text in {"true", "false"}:
        return text == "true"
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return text
