"""Quotation marks of a CSV file: none takes rows with it without a word."""

from __future__ import annotations

import corpus
import pytest
from test_corpus import AREA

from platforms.errors import FormatError, LimitError
from platforms.geo import read
from platforms.geo.ingest.limits import LIMITS

E, N = 40598000, 3121000


def _box(at: int) -> str:
    e = E + 200 * at
    ring = f"{e} {N},{e + 100} {N},{e + 100} {N + 100},{e} {N + 100},{e} {N}"
    return f'"POLYGON(({ring}))"'


def _read(folder, text: str) -> read.Plots:
    return read.read_plots(corpus.raw(folder, "a.csv", text), workspace=AREA)


def _rows(*notes: str) -> str:
    return "编号,wkt,备注\n" + "".join(f"{i},{_box(i)},{n}\n" for i, n in enumerate(notes, 1))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        # closed by the first quotation mark of the next row
        (_rows("好", '"没有闭合', "好", "好"), 3, 4),
        # closed by nothing
        ("编号,wkt,备注\n" + f'1,{_box(1)},"开\n2,,好\n3,,好\n', 2, 4),
        # closed by another one that is open as well
        ('编号;备注;wkt\n1;好;A\n2;"开;B\n3;好;C\n4;"开;D\n', 3, 5),
    ],
)
def test_a_quotation_mark_that_swallows_rows_is_told_with_its_line(text, first, last, tmp_path):
    with pytest.raises(FormatError) as told:
        _read(tmp_path, text)
    assert told.value.key == "read.quote_open"
    assert (told.value.fields["line"], told.value.fields["last"]) == (first, last)


def test_rows_within_a_cell_that_is_closed_are_named(tmp_path):
    # both marks are where a cell's are; only what stands between them is odd
    plots = _read(tmp_path, f'编号,wkt,备注\n1,{_box(1)},"开\n2,甲,乙\n3,丙,丁"\n4,{_box(4)},好\n')
    assert len(plots.frame) == 2
    (issue,) = (i for i in plots.issues if i.kind == "rows_in_cell")
    assert "2 至 4 行" in issue.message()


def test_a_note_of_several_lines_is_a_note(tmp_path):
    plots = _read(tmp_path, _rows('"第一行\n第二行，说“好”，用""引号"""', "好"))
    assert plots.frame["备注"].tolist() == ['第一行\n第二行，说“好”，用"引号"', "好"]
    assert not [i for i in plots.issues if i.kind == "rows_in_cell"]


def test_an_outline_of_several_lines_is_an_outline(tmp_path):
    plots = _read(tmp_path, _rows("好", "好").replace(f"{N + 100},", f"{N + 100},\n"))
    assert len(plots.frame) == 2
    assert not [i for i in plots.issues if i.kind == "rows_in_cell"]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_long_outline_does_not_hide_the_delimiter(mark, tmp_path):
    # over 131,072 characters, which the csv module takes for the most that a cell holds
    side = [f"{E + i / 100:.5f} {N}" for i in range(10_000)]
    ring = ",".join([*side, f"{E + 100} {N + 100}", side[0]])
    wkt = f'"POLYGON(({ring}))"' if mark == "," else f"POLYGON(({ring}))"
    assert len(wkt) > 131_072
    text = f"编号,备注,wkt\n1,好,@\n2,好,{_box(3)}\n".replace(",", mark)
    text = text.replace("@", wkt)
    if mark != ",":
        text = text.replace(_box(3).replace(",", mark), _box(3))
    plots = _read(tmp_path, text)
    assert plots.frame["plot_id"].tolist() == ["1", "2"]


def test_a_cell_that_is_too_long_is_told_as_that(tmp_path):
    text = "编号,备注,wkt\n" + f"1,好,{_box(1)}\n2,{'长' * (LIMITS.cell_chars + 1)},{_box(2)}\n"
    with pytest.raises(LimitError) as told:
        _read(tmp_path, text)
    assert told.value.key == "read.cell_long"
    assert told.value.fields == {"file": "a.csv", "line": 3, "allowed": LIMITS.cell_chars}


OPEN = [_box(at).strip('"') for at in (1, 2)]


@pytest.mark.parametrize(
    "text",
    [
        f"编号,wkt,备注\n1,{OPEN[0]},好\n2,{OPEN[1]},坏\n",
        f"wkt,编号,备注\n{OPEN[0]},1,好\n{OPEN[1]},2,坏\n",
        f"编号;wkt;备注\n1;{OPEN[0]};好\n2;{OPEN[1]};坏\n",
        f"编号;wkt;备注\n1;SRID=4528;{OPEN[0]};好\n2;SRID=4528;{OPEN[1]};坏\n",
        f'编号,wkt,备注\n1,"{OPEN[0]}",好\n2,{OPEN[1]},坏\n',
    ],
)
def test_an_outline_without_quotation_marks_ends_with_its_brackets(text, tmp_path):
    plots = _read(tmp_path, text)
    assert plots.frame[["plot_id", "备注"]].to_numpy().tolist() == [["1", "好"], ["2", "坏"]]
    whole = _read(tmp_path, _rows("好", "坏"))
    assert plots.frame.geometry.geom_equals(whole.frame.geometry).all()


@pytest.mark.parametrize("cut", [OPEN[0][:-1], OPEN[0] + ")", OPEN[0].replace(",", ",甲,", 1)])
def test_an_outline_whose_brackets_do_not_close_is_set_aside(cut, tmp_path):
    plots = _read(tmp_path, f"编号,wkt,备注\n1,{cut},好\n2,{OPEN[1]},坏\n")
    assert plots.frame["备注"].tolist() == ["坏"]
    assert [i.feature for i in plots.issues if i.severity == "error"] == ["1"]
