"""By what a firm is known in two tables: its credit code, else its name.

Both are compared after folding what typing changes (width, case, blanks, the two spellings
of a limited company) and never by likeness: two names are the same or they are not. A check
digit that does not come out is a remark; the code is compared as it stands.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

import numpy as np

__all__ = [
    "CODE_LENGTH",
    "code_key",
    "code_keys",
    "has_check_digit",
    "lists_several",
    "name_key",
    "name_keys",
    "split_names",
    "wrong_check_digits",
]

CODE_LENGTH = 18

# GB 32100-2015: no I, O, S, V, Z; weights are powers of 3 modulo 31
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = [pow(3, place, 31) for place in range(CODE_LENGTH - 1)]
# by ASCII sign: its place in the alphabet, -1 for a sign that is not in it
_VALUES = np.array([_ALPHABET.find(chr(sign)) for sign in range(128)])
_NOTHING = {"", "-", "--", "—", "/", "\\", "无", "NULL", "NONE", "NAN", "<NA>", "N/A"}
_BRACKETS = dict.fromkeys("[{【〔〈《「", "(") | dict.fromkeys("]}】〕〉》」", ")")
_SEVERAL = re.compile(r"[;、|\n]+")
# the same before folding
_PARTING = re.compile("[;\u037e\uff1b\ufe14\ufe54、\ufe11\ufe51\uff64|\uff5c\n]")
_CODE_BLANKS = "'‘’-"
# between the cells of a column that is folded as one text: no blank, and nothing composes with it
_BETWEEN = "\0"


def code_key(value: object) -> str:
    """Return a credit code as it is compared: upper case, half width, without blanks.

    Parameters
    ----------
    value
        Cell of a table.

    Returns
    -------
    code
        Empty where the cell holds none. Its length is not looked at.

    Examples
    --------
    >>> code_key(" ９１３３０３８２ma2abcde0x ")
    '91330382MA2ABCDE0X'
    """
    return _folded_code(_text(value))


def code_keys(values: Sequence[object]) -> list[str]:
    """Return ``code_key`` of each cell of a column; a column is folded as one text."""
    return _column(values, _folded_code, code_key)


def has_check_digit(code: str) -> bool:
    """Say whether a code of 18 characters ends in the check digit of GB 32100.

    Examples
    --------
    >>> has_check_digit("91350100M000100Y43"), has_check_digit("91350100M000100Y44")
    (True, False)
    """
    if len(code) != CODE_LENGTH or any(sign not in _ALPHABET for sign in code):
        return False
    total = sum(_ALPHABET.index(s) * w for s, w in zip(code[:-1], _WEIGHTS, strict=True))
    return _ALPHABET[-total % 31] == code[-1]


def name_key(value: object) -> str:
    """Return a firm's name as it is compared, empty where there is none.

    Parameters
    ----------
    value
        Cell of a table.

    Returns
    -------
    name
        Half width, lower case, without blanks, brackets of one kind, 有限责任公司 as 有限公司.

    Examples
    --------
    >>> name_key("乐清 某某（集团）有限责任公司") == name_key("乐清某某(集团)有限公司")
    True
    """
    return _folded_name(_text(value))


def name_keys(values: Sequence[object]) -> list[str]:
    """Return ``name_key`` of each cell of a column; a column is folded as one text."""
    return _column(values, _folded_name, name_key)


def wrong_check_digits(codes: Iterable[str]) -> list[str]:
    """Return those codes of 18 characters that ``has_check_digit`` denies, each once, sorted."""
    whole = sorted({code for code in codes if len(code) == CODE_LENGTH})
    plain = [code for code in whole if code.isascii()]
    signs = np.frombuffer("".join(plain).encode("ascii"), dtype=np.uint8)
    values = _VALUES[signs].reshape(-1, CODE_LENGTH)
    due = -(values[:, :-1] @ np.array(_WEIGHTS)) % len(_ALPHABET)
    good = (values >= 0).all(axis=1) & (due == values[:, -1])
    right = {code for code, one in zip(plain, good.tolist(), strict=True) if one}
    return [code for code in whole if code not in right]


def lists_several(values: Sequence[object]) -> list[bool]:
    """Say of each cell whether it may list several names or codes."""
    return [bool(_PARTING.search(str(value))) for value in values]


def split_names(value: object) -> list[str]:
    """Return the names or codes that one cell lists, parted by ``；``, ``、``, ``|`` or lines.

    Examples
    --------
    >>> split_names("甲公司、乙公司")
    ['甲公司', '乙公司']
    """
    return [part.strip() for part in _SEVERAL.split(_text(value)) if part.strip()]


def _folded_code(text: str) -> str:
    for sign in _CODE_BLANKS:
        text = text.replace(sign, "")
    return "".join(text.split()).upper()


def _folded_name(text: str) -> str:
    text = "".join(text.split())
    for sign, bracket in _BRACKETS.items():
        text = text.replace(sign, bracket)
    return text.casefold().replace("有限责任公司", "有限公司")


def _column(
    values: Sequence[object], fold: Callable[[str], str], one: Callable[[object], str]
) -> list[str]:
    texts = [str(value) for value in values]
    # brackets first: they are what most names hold that folding would change
    whole = _BETWEEN.join(texts).replace("（", "(").replace("）", ")")
    keys = fold(unicodedata.normalize("NFKC", whole)).split(_BETWEEN)
    if len(keys) != len(texts):
        # a cell holds the sign that stands between cells, or there is none
        return [one(text) for text in texts]
    nothing = {fold(word) for word in _NOTHING}
    open_ = {text: "" for text, key in zip(texts, keys, strict=True) if key in nothing}
    for text in open_:
        # "N/A" is nothing and "N A N" is a name: the cell itself decides
        open_[text] = one(text)
    return [open_.get(text, key) for text, key in zip(texts, keys, strict=True)]


def _text(value: object) -> str:
    text = unicodedata.normalize("NFKC", str(value)).strip()
    return "" if text.upper() in _NOTHING else text
