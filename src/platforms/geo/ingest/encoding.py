"""Which encoding a file's text is in: what it says, checked against what it holds.

Declarations lie (a .cpg saying UTF-8 beside GBK bytes is common), and bytes can be ambiguous
(a short GBK word may be valid UTF-8, Big5 decodes as wrong GBK without an error). So each
candidate must decode every byte strictly and must then read like Chinese: the share of
characters of everyday use is its score. Two candidates that differ and both read well are a
question to the user, not a guess.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence

from platforms.errors import FormatError
from platforms.geo.ingest import letters
from platforms.geo.ingest.raw import Fault

__all__ = [
    "WIDE_MARKS", "Choice", "canonical_name", "choose_encoding", "choose_of_text", "decode_cut",
]  # fmt: skip

WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
"""How a text in UTF-16 begins, of which Excel's "Unicode text" is one."""

_MARK = b"\xef\xbb\xbf"

# above this share of everyday characters a text reads well, below the other it does not
_GOOD = 0.85
_POOR = 0.6
_SAMPLES = 3
# field names are cut at ten bytes, long texts at 254: a shorter text was not cut
_CUTTABLE = 9
_MARKS = re.compile("[\u3000-\u303f\uff00-\uffef\u2010-\u2040㎡²³°℃·—…№]")
_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
# lead bytes of the first level, the characters of everyday use
_LEVELS = {"gb18030": ("gb2312", 0xB0, 0xD7), "big5": ("big5", 0xA4, 0xC6)}

_NAMES = {
    "utf8": "utf-8",
    "utf-8": "utf-8",
    "65001": "utf-8",
    "cp65001": "utf-8",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "936": "gb18030",
    "ansi 936": "gb18030",
    "ansi_936": "gb18030",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
    "54936": "gb18030",
    "big5": "big5",
    "cp950": "big5",
    "950": "big5",
    "ansi 950": "big5",
}
# of Western Europe: any bytes read in it, so it is never guessed, only said
_WESTERN = dict.fromkeys(
    ("cp1252", "1252", "ansi 1252", "windows-1252", "latin-1", "latin1", "iso-8859-1", "88591"),
    "cp1252",
)
# language driver byte of a DBF header
_LDID = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5", 0x78: "big5"}


@dataclasses.dataclass(frozen=True)
class Choice:
    """The encoding that was decided on.

    Attributes
    ----------
    name
        Python name: ``utf-8``, ``gb18030``, ``big5``, ``utf-16`` or ``cp1252``.
    basis
        ``given``, ``ascii``, ``declared`` (the file says so and it fits) or ``content``.
    declared
        What the file said, empty where it said nothing.
    words
        Words that may be of another encoding, as they read in this one.
    """

    name: str
    basis: str
    declared: str = ""
    words: tuple[str, ...] = ()

    def faults(self) -> list[Fault]:
        """Return what to say of words that may be of another encoding."""
        if not self.words:
            return []
        # that an accented letter is one in UTF-8 is nearly sure, an ideograph in a word never
        severity = "info" if self.name == "utf-8" else "warning"
        told = {"encoding": self.name, "words": list(self.words)}
        return [Fault("encoding_letters", severity, 0, None, told)]

    @property
    def contradicts(self) -> bool:
        """Say whether the file declared another encoding that does not fit its bytes."""
        known = canonical_name(self.declared)
        return bool(self.declared) and self.basis == "content" and known != self.name


def canonical_name(name: str | None) -> str | None:
    """Return the Python name of an encoding as .cpg files and people write it."""
    return _NAMES.get((name or "").strip().strip("\"'").casefold())


def choose_encoding(
    texts: Sequence[bytes],
    *,
    file: str,
    given: str | None = None,
    declared: str = "",
    ldid: int = 0,
) -> Choice:
    """Decide the encoding of a file's texts.

    Parameters
    ----------
    texts
        Distinct raw texts (names and cells). The last character of one may be cut.
    file
        Name for messages.
    given
        The user's choice; it is used when the bytes allow it at all.
    declared
        What the file says (.cpg, code page line).
    ldid
        Language driver byte of a DBF, 0 for none.

    Raises
    ------
    FormatError
        When no encoding fits, or when two do; shows how the same text reads in each.
    """
    wide = [t for t in texts if not t.isascii()]
    if given is not None:
        name = canonical_name(given) or _western(given)
        if name is None:
            raise FormatError("read.encoding_unknown", file=file, encoding=given)
        if _score(wide, name) is None:
            raise FormatError("read.encoding_wrong", file=file, encoding=given)
        return Choice(name, "given", declared)
    said = canonical_name(declared) or _LDID.get(ldid)
    if not wide:
        return Choice("utf-8" if said is None else said, "ascii", declared)
    scores = {n: s for n in ("utf-8", "gb18030", "big5") if (s := _score(wide, n)) is not None}
    name = _decide(scores, said, wide) if scores else None
    if name is None and _western(declared) and _score(wide, "cp1252") is not None:
        return Choice("cp1252", "declared", declared)
    if not scores:
        raise FormatError("read.encoding_none", file=file)
    if name is None:
        raise FormatError("read.encoding_open", file=file, samples=_samples(wide, list(scores)))
    basis = "declared" if name == said else "content"
    return Choice(name, basis, declared, () if basis == "declared" else _doubtful(wide, name))


def choose_of_text(
    data: bytes, *, file: str, given: str | None = None, declared: str = ""
) -> tuple[bytes, Choice]:
    """Decide the encoding of a text file, of which a mark at its begin is a part.

    Parameters
    ----------
    data
        All of the file.
    file
        Name for messages.
    given
        The user's choice.
    declared
        What the file says.

    Returns
    -------
    data, choice
        What stands behind the mark, and its encoding; that of UTF-16 keeps its mark.

    Raises
    ------
    FormatError
        As :func:`choose_encoding`.
    """
    if data[:2] in WIDE_MARKS and canonical_name(given) is None:
        return data, _wide_choice(data, file)
    body = data.removeprefix(_MARK)
    wide = sorted({line for line in body.splitlines() if not line.isascii()})
    # the mark alone may lie; before text that is strictly UTF-8 it says what rare letters cannot
    if given is None and wide and data.startswith(_MARK) and _score(wide, "utf-8") is not None:
        return body, Choice("utf-8", "declared", "utf-8")
    return body, choose_encoding(wide, file=file, given=given, declared=declared)


def _western(name: str | None) -> str | None:
    return _WESTERN.get((name or "").strip().strip("\"'").casefold())


def _wide_choice(data: bytes, file: str) -> Choice:
    """Return UTF-16 where the text behind its mark is that."""
    try:
        text = data.decode("utf-16")
    except UnicodeDecodeError:
        text = "\x00"
    if "\x00" in text:
        raise FormatError("read.text_utf16", file=file)
    return Choice("utf-16", "declared", "utf-16")


def _doubtful(texts: Sequence[bytes], name: str) -> tuple[str, ...]:
    read = [decode_cut(text, name) for text in texts]
    if name == "utf-8":
        return tuple(
            letters.words_with_letters(read) if letters.all_in_words(read, plain=1) else ()
        )
    return tuple(letters.strange_words(read))


def _decide(scores: Mapping[str, float], said: str | None, texts: Sequence[bytes]) -> str | None:
    """Return the encoding that reads well, or None where two do or none does."""
    utf8, gb, big5 = (scores.get(n, -1.0) for n in ("utf-8", "gb18030", "big5"))
    if "utf-8" in scores:
        read = [decode_cut(text, "utf-8") for text in texts]
        if letters.all_in_words(read, plain=2 if gb >= _POOR else 1):
            return "utf-8"
        if letters.is_thin(read) and gb >= _POOR:
            # 路 is the dot of a name in UTF-8, 茅 is é: only who wrote it knows
            return said if said in {"utf-8", "gb18030"} else None
    # strict utf-8 that gives ideographs does not happen by chance
    if utf8 >= _GOOD:
        return "utf-8"
    if said == "big5" and big5 >= max(gb, _POOR):
        return "big5"
    if gb >= _POOR or (said == "gb18030" and gb >= 0 and big5 < _GOOD):
        return "gb18030"
    # traditional text without a word about it also reads as rare simplified characters
    return "utf-8" if utf8 >= _POOR else None


def _samples(texts: Sequence[bytes], names: Sequence[str]) -> str:
    shown = []
    for name in names:
        words = [decode_cut(t, name) for t in texts[:_SAMPLES]]
        shown.append(f"{name}: {' / '.join(words)}")
    return "; ".join(shown)


def decode_cut(text: bytes, name: str) -> str:
    """Decode a text whose last character may have been cut in the middle; drop that one."""
    for cut in range(4):
        try:
            return text[: len(text) - cut].decode(name)
        except UnicodeDecodeError:
            continue
    return text.decode(name, errors="replace")


def _score(texts: Sequence[bytes], name: str) -> float | None:
    """Return the share of everyday characters, or None where the bytes do not decode."""
    everyday = total = 0
    for raw in texts:
        text = _strict(raw, name)
        if text is None:
            return None
        for char in text:
            if char.isascii():
                continue
            total += 1
            everyday += _everyday(char, name)
    return everyday / total if total else 1.0


def _strict(raw: bytes, name: str) -> str | None:
    for cut in range(4 if len(raw) >= _CUTTABLE else 1):
        try:
            return raw[: len(raw) - cut].decode(name)
        except UnicodeDecodeError as error:
            # only a cut at the very end is forgiven
            if error.start < len(raw) - cut - 4:
                return None
    return None


def _everyday(char: str, name: str) -> bool:
    """Say whether a character is of everyday use: punctuation, or first level of its set."""
    if _MARKS.match(char):
        return True
    if not _IDEOGRAPH.match(char):
        return False
    if name == "utf-8":
        return True
    charset, first, last = _LEVELS[name]
    try:
        return first <= char.encode(charset)[0] <= last
    except UnicodeEncodeError:
        return False
