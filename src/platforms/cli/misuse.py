"""What the argument parser says of wrong usage, in the words of the catalogue.

The parser speaks English whatever the user's language is. Each of its sentences is known here
by its form; one that is not keeps its own words.
"""

from __future__ import annotations

import re

from platforms import messages

__all__ = ["said"]

# entry of the catalogue, and the sentence; the named parts go into the message
_SENTENCES = tuple(
    (entry, re.compile(sentence, re.DOTALL))
    for entry, sentence in (
        ("extra", r"Got unexpected extra arguments? \((?P<given>.*)\)"),
        ("needs_value", r"Option '(?P<option>[^']*)' requires an argument"),
        ("needs_values", r"Option '(?P<option>[^']*)' requires (?P<count>\d+) arguments"),
        ("no_value", r"Option '(?P<option>[^']*)' does not take a value"),
        ("no_command", r"No such command '(?P<given>.*?)'.*"),
        ("range", r"(?P<given>.*) is not in the range (?P<range>[^.]*)"),
        ("whole", r"(?P<given>.*) is not a valid integer(?: range)?"),
        ("number", r"(?P<given>.*) is not a valid float(?: range)?"),
        ("choice", r"(?P<given>.*) is not one of (?P<allowed>.*)"),
        ("date", r"(?P<given>.*) does not match the formats? (?P<form>.*)"),
        ("is_folder", r"(?:File|Path) '(?P<given>.*)' is a directory"),
        ("is_file", r"Directory '(?P<given>.*)' is a file"),
        ("not_there", r"(?:File|Path|Directory) '(?P<given>.*)' does not exist"),
        ("not_readable", r"(?:File|Path|Directory) '(?P<given>.*)' is not readable"),
    )
)
_OPENING = re.compile(r"Invalid value(?: for [^:]*)?: ")
_LONGEST = 120


def said(sentence: str) -> str:
    """Return one of the parser's sentences in the user's language, without its full stop.

    Parameters
    ----------
    sentence
        As the parser formats it, with or without ``Invalid value for …:`` before it.
    """
    plain = _OPENING.sub("", sentence.strip(), count=1).rstrip(".")
    for entry, form in _SENTENCES:
        found = form.fullmatch(plain)
        if found:
            parts = found.groupdict().items()
            said_of = {name: messages.one_line(value)[:_LONGEST] for name, value in parts}
            return messages.text(f"cli.misuse.said.{entry}", **said_of)
    return messages.one_line(plain)
