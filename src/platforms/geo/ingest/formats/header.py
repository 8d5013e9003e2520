"""Rows of a sheet as a table: its header found and joined, its foot and its sums left out.

People put a title and a unit above a table, spread a header over two or three merged rows,
repeat it on each printed page, and write sums and remarks below. The header is the block of
rows whose names the caller knows best; a name of several rows is joined from the top down.
What is not a row of data is left out and named with its line, never dropped in silence.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Callable, Sequence

from platforms.geo.ingest.columns import recognise
from platforms.geo.ingest.numbers import AREA_UNITS, parse_number
from platforms.geo.ingest.raw import Fault

__all__ = ["Column", "Table", "tabulate"]

_HEADER_ROWS = 20
_LEVELS = 3
_NAME_CHARS = 40
_FOOT_CELLS = 3
_NUMBERED = 3
_YEAR = re.compile(r"20\d\d")
_WIDE = re.compile("[\u3400-\u9fff]")
_TOTAL = re.compile(r"(.{0,12}(合计|总计|小计|累计)|平均(值|数)?|total)([:(].*)?", re.IGNORECASE)
_FOOT = re.compile(
    r"(备注|注|附注|说明|填表说明|数据来源|资料来源|来源|制表|填表|填报|审核|复核|负责|联系|统计)"
    r"[^:]{0,8}[:].*|(地块|宗地|图斑)?(面积|周长|S)[^:=]{0,6}[:=].*|第\d+页.*"
)
_PAIR = re.compile(r"[^:(\[【]{1,12}:.*")
_GENERAL = re.compile(r".{0,6}(情况|信息|概况|指标|属性|资料)")
_BRACKETED = re.compile(r"^(?P<name>.*?)[(\[【](?:单位:)?(?P<unit>[^()\[\]【】]{1,10})[)\]】]$")
_SLASHED = re.compile(r"^(?P<name>.+?)[/,、](?P<unit>[^/,、]{1,6})$")
_ATOMS = {*AREA_UNITS, "元", "吨标煤", "吨标准煤", "tce", "吨", "kg", "千克", "公斤", "%", "人"}
_ATOMS |= {"个", "户", "家", "宗", "块", "年", "月", "米", "m", "km", "公里", "度", "千瓦时", "kwh"}
_ATOMS |= {"分", "次", "m3", "立方米", "污染当量", "当量", "名", "项", "条"}


@dataclasses.dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    levels
        Texts of its header from the top row down, without units; a text that stands over
        several columns belongs to each.
    name
        They joined: ``2023年税收`` where the whole is a name that is known, else
        ``用地面积_自有``. A top row that only says ``基本情况`` is left out.
    unit
        As the header states it (``亩``, ``万元``, ``%``), empty where it does not.
    label
        The name with its unit in brackets; where the header is one row, as it is written.
    """

    levels: tuple[str, ...]
    name: str
    unit: str
    label: str

    @property
    def leaf(self) -> str:
        """Return the lowest text, empty where there is none."""
        return self.levels[-1] if self.levels else ""


@dataclasses.dataclass
class Table:
    """A table without what stands around it.

    Attributes
    ----------
    columns
        Left to right; a column without a header has an empty name.
    rows
        Rows of data as text, each as long as ``columns``.
    lines
        1-based number of each row in the sheet.
    spare
        Cells that a row has more (+) or fewer (-) than the header, by place in ``rows``.
        Empty cells behind the header's end do not count.
    above
        Texts above the header: title, unit of the whole table, date.
    notes
        A fault (info) for each row that was passed over.
    """

    columns: list[Column]
    rows: list[list[str]]
    lines: list[int]
    spare: dict[int, int]
    above: list[str]
    notes: list[Fault]


def tabulate(
    rows: Sequence[Sequence[str]],
    *,
    score: Callable[[Sequence[Column]], int],
    lines: Sequence[int] | None = None,
) -> Table | None:
    """Find the table among the rows of a sheet.

    Parameters
    ----------
    rows
        Cells as text, as :mod:`platforms.geo.ingest.formats.sheets` gives them.
    score
        Says how many of some columns the caller knows; 0 where they are no header of his.
        The block with the most is the header, the first of several.
    lines
        Number of each row in the file; by default its place, from 1.

    Returns
    -------
    table
        None where no row within the first 20 is a header.
    """
    numbers = list(lines) if lines is not None else list(range(1, len(rows) + 1))
    best: tuple[int, int, int, list[Column]] | None = None
    for at in range(min(_HEADER_ROWS, len(rows))):
        if not _may_start(rows[at]):
            continue
        depth = _depth(rows, at)
        columns = _columns(rows[at : at + depth])
        points = score(columns)
        if points > (best[0] if best else 0):
            best = points, at, depth, columns
    if best is None:
        return None
    _, at, depth, columns = best
    above = [cell for row in rows[:at] for cell in row if cell]
    table = Table(columns, [], [], {}, above, [])
    header = [[_plain(c) for c in row] for row in rows[at : at + depth]]
    for number, row in zip(numbers[at + depth :], rows[at + depth :], strict=True):
        _take(table, row, number, header)
    return table


def _take(table: Table, row: Sequence[str], line: int, header: Sequence[Sequence[str]]) -> None:
    """Put a row into the table, or a note where it is none of its data."""
    if not any(row):
        return
    kind = _passed_over(row, header, first=not table.rows)
    if kind:
        text = " ".join(cell for cell in row if cell)[:_NAME_CHARS]
        table.notes.append(Fault(kind, "info", 0, None, {"line": line, "text": text}))
        return
    width = len(table.columns)
    spare = len(row) - width
    if spare > 0 and not any(row[width:]):
        spare = 0
    if spare:
        table.spare[len(table.rows)] = spare
    table.rows.append([*row[:width], *[""] * (width - len(row))])
    table.lines.append(line)


def _passed_over(row: Sequence[str], header: Sequence[Sequence[str]], *, first: bool) -> str:
    """Return why a row is none of the data, empty where it is."""
    cells = [_plain(cell) for cell in row]
    full = [cell for cell in cells if cell]
    if any(_TOTAL.fullmatch(cell) for cell in full[:3]):
        return "row_total"
    if len(full) <= _FOOT_CELLS and _FOOT.fullmatch(full[0]):
        return "row_remark"
    if any(full == [c for c in level if c] for level in header):
        return "row_header_again"
    if first and _is_numbering(full):
        return "row_numbering"
    return ""


def _is_numbering(cells: Sequence[str]) -> bool:
    """Say whether a row only numbers the columns: 1, 2, 3 or 甲, 乙, 1, 2."""
    digits = [c.strip("()") for c in cells if c not in {"甲", "乙", "丙", "丁", "栏次"}]
    return len(cells) >= _NUMBERED and digits == [str(i + 1) for i in range(len(digits))]


def _plain(text: str) -> str:
    """Return a text without width and blanks, for comparing."""
    folded = unicodedata.normalize("NFKC", text.replace("㎡", "m2").replace("²", "2"))
    return re.sub(r"\s+", "" if _WIDE.search(folded) else " ", folded).strip()


def _may_start(row: Sequence[str]) -> bool:
    """Say whether a row can be the top of a header: names, not one title or a pair."""
    names = {c for cell in row if (c := _plain(cell)) and not _PAIR.fullmatch(c)}
    return len(names) > 1 and not any(len(n) > _NAME_CHARS for n in names)


def _depth(rows: Sequence[Sequence[str]], at: int) -> int:
    """Return how many rows from one on are its header."""
    depth = 1
    while depth < _LEVELS and at + depth < len(rows):
        if not _continues(rows[at : at + depth], rows[at + depth]):
            break
        depth += 1
    if at + depth < len(rows) and _is_units(rows[at + depth]):
        depth += 1
    return depth


def _is_units(row: Sequence[str]) -> bool:
    full = [cell for cell in row if cell]
    return bool(full) and all(_unit(_plain(cell).strip("()")) for cell in full)


def _continues(block: Sequence[Sequence[str]], row: Sequence[str]) -> bool:
    """Say whether a row is the next level of a header: it parts columns that share a name."""
    if any(_is_datum(cell) for cell in row):
        return False
    upper = [_once(level) for level in block]
    # an unmerged header repeats its name downwards too
    row = ["" if cell == _at(block[-1], at) else cell for at, cell in enumerate(row)]
    width = max(map(len, [*upper, row]))
    tops = [j for j in range(width) if any(_at(level, j) for level in upper)]
    parted = single = single_full = 0
    for start, end in zip(tops, [*tops[1:], width], strict=True):
        under = [bool(_at(row, j)) for j in range(start, end)]
        if end - start > 1 and under[0] and sum(under) > 1:
            parted += 1
        elif end - start == 1 or not any(under[1:]):
            single += 1
            single_full += under[0]
        else:
            return False
    before = any(_at(row, j) for j in range(tops[0])) if tops else True
    return parted > 0 and not before and single_full * 2 <= single


def _is_datum(cell: str) -> bool:
    """Say whether a cell is no name: a number that is no year, or a sentence."""
    number = parse_number(cell) is not None and not _YEAR.fullmatch(_plain(cell))
    return number or len(cell) > _NAME_CHARS


def _once(level: Sequence[str]) -> list[str]:
    """Return a level with a name that is repeated side by side left once."""
    plain = [_plain(cell) for cell in level]
    return [c if not at or c != plain[at - 1] else "" for at, c in enumerate(plain)]


def _at(row: Sequence[str], column: int) -> str:
    return row[column] if column < len(row) else ""


def _columns(block: Sequence[Sequence[str]]) -> list[Column]:
    levels = [[_plain(c) for c in row] for row in block]
    width = max((j + 1 for row in levels for j, cell in enumerate(row) if cell), default=0)
    filled = [_filled(levels, depth, width) for depth in range(len(levels))]
    columns: list[Column] = []
    for at in range(width):
        texts: list[str] = []
        unit = ""
        for row in filled:
            text, own = _split(row[at])
            unit = own or unit
            texts += [text] if text and text not in texts[-1:] else []
        name = _joined(texts)
        written = [row[at].strip() for row in block if _at(row, at)]
        alone = len({row[at] for row in filled if row[at]}) == 1
        label = written[0] if alone else f"{name}({unit})" if unit else name
        columns.append(Column(tuple(texts), name, unit, label if name else ""))
    return columns


def _filled(levels: Sequence[Sequence[str]], depth: int, width: int) -> list[str]:
    """Return one level, each name spread over the columns that the levels below part."""
    lower = levels[depth + 1 :]
    out: list[str] = []
    spread = ""
    for at in range(width):
        own = _at(levels[depth], at)
        below = any(_at(level, at) for level in lower)
        if own:
            spread = own if below else ""
        elif any(_at(level, at) for level in levels[:depth]):
            spread = ""
        out.append(own or (spread if below else ""))
    return out


def _joined(texts: Sequence[str]) -> str:
    kept = [t for t in texts[:-1] if not _GENERAL.fullmatch(t)] + list(texts[-1:])
    together = "".join(kept)
    return together if len(kept) > 1 and recognise([together]) else "_".join(kept)


def _split(text: str) -> tuple[str, str]:
    """Split a header's text into name and unit."""
    for pattern in (_BRACKETED, _SLASHED):
        match = pattern.match(text)
        if match and _unit(match["unit"]):
            return match["name"].strip(), match["unit"]
    # a row of units has nothing but units
    return ("", text) if _unit(text) and text not in {"年", "月", "度", "项", "条"} else (text, "")


def _unit(text: str) -> bool:
    parts = [p.casefold() for p in text.split("/")]
    return all(p in _ATOMS or (p[:1] in set("万亿千百") and p[1:] in _ATOMS) for p in parts)
