"""By what a firm is known in two tables: its credit code, else its name.

Both are compared after folding what typing changes (width, case, blanks, the two spellings
of a limited company) and never by likeness: two names are the same or they are not. A check
digit that does not come out is a remark; the code is compared as it stands.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["CODE_LENGTH", "code_key", "has_check_digit", "name_key", "split_names"]

CODE_LENGTH = 18

# GB 32100-2015: no I, O, S, V, Z; weights are powers of 3 modulo 31
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = [pow(3, place, 31) for place in range(CODE_LENGTH - 1)]
_NOTHING = {"", "-", "--", "—", "/", "\\", "无", "NULL", "NONE", "NAN", "<NA>", "N/A"}
_BRACKETS = str.maketrans("[{【〔〈《「", "(((((((") | str.maketrans("]}】〕〉》」", ")))))))")
_SEVERAL = re.compile(r"[;、|\n]+")


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
    return re.sub(r"[\s'‘’-]+", "", _text(value)).upper()


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
    text = re.sub(r"\s+", "", _text(value)).translate(_BRACKETS)
    return text.casefold().replace("有限责任公司", "有限公司")


def split_names(value: object) -> list[str]:
    """Return the names or codes that one cell lists, parted by ``；``, ``、``, ``|`` or lines.

    Examples
    --------
    >>> split_names("甲公司、乙公司")
    ['甲公司', '乙公司']
    """
    return [part.strip() for part in _SEVERAL.split(_text(value)) if part.strip()]


def _text(value: object) -> str:
    text = unicodedata.normalize("NFKC", str(value)).strip()
    return "" if text.upper() in _NOTHING else text
