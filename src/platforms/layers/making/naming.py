"""Which column of a file holds names, and when two names are one county's.

Files call the column anything; what they share is Chinese text and few repetitions. 鹿城 and
鹿城区 are one name: the kind of unit at the end may be left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

__all__ = ["has_chinese", "name_columns", "same_name"]

# as surveys, statistics and web maps write them; best first
_USUAL = (
    "name", "名称", "乡镇", "乡镇街道", "乡镇名称", "街道", "县", "区县", "县名", "县级",
    "xzqmc", "mc", "qxmc", "xzmc", "xiangzhen", "town", "fullname", "county",
)  # fmt: skip
_KINDS = ("自治县", "自治旗", "林区", "特区", "街道", "县", "区", "市", "旗", "镇", "乡")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def has_chinese(value: object) -> bool:
    """Say whether a cell holds Chinese text."""
    return isinstance(value, str) and _CHINESE.search(value) is not None


def name_columns(columns: Mapping[str, pd.Series]) -> list[str]:
    """Return the columns that may hold names, best first.

    Parameters
    ----------
    columns
        A file's own columns by name.
    """
    shares = {name: float(values.map(has_chinese).mean()) for name, values in columns.items()}
    texts = [name for name in columns if shares[name] > 1 / 2]

    def rank(name: str) -> tuple[int, int]:
        plain = name.strip().casefold()
        usual = _USUAL.index(plain) if plain in _USUAL else len(_USUAL)
        # a province's name stands in every row
        return usual, -int(columns[name].nunique())

    return sorted(texts, key=rank)


def same_name(one: str, other: str) -> bool:
    """Say whether two names are one, with or without the kind of unit at the end.

    Examples
    --------
    >>> same_name("鹿城", "鹿城区"), same_name("温州市", "温州市"), same_name("永嘉县", "永康市")
    (True, True, False)
    """
    first, second = one.strip(), other.strip()
    return first == second or _bare(first) == second or first == _bare(second)


def _bare(name: str) -> str:
    kind = next((kind for kind in _KINDS if name.endswith(kind)), "")
    short = name.removesuffix(kind)
    return short if len(short) > 1 else name
