"""An ASCII grid is read where each cell is a number and there are as many as it says."""

from __future__ import annotations

import pytest

from platforms.errors import FormatError
from platforms.geo.raster.opened import Window, open_raster

HEAD = "ncols 3\nnrows 2\nxllcorner 40595000\nyllcorner 3121000\ncellsize 10\nNODATA_value -9999\n"


def grid(folder, cells: str, head: str = HEAD):
    path = folder / "g.asc"
    path.write_text(head + cells, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("cells", "key", "told"),
    [
        ("1 2 3\n4 x5 6\n", "cell_text", {"text": "x5", "row": 2, "column": 2}),
        ("1 2 3\n4 1-2 6\n", "cell_text", {"text": "1-2", "row": 2, "column": 2}),
        ("无 2 3\n4 5 6\n", "cell_text", {"text": "无", "row": 1, "column": 1}),
        ("1 2 3\n4 5\n", "cells_count", {"found": 5, "stated": 6}),
        ("1 2 3 4\n5 6 7 8\n", "cells_count", {"found": 8, "stated": 6}),
        ("", "cells_count", {"found": 0, "stated": 6}),
        ("7" * (3 << 20), "cells_count", {"stated": 6}),
    ],
)
def test_cells_that_are_none_are_told_and_nothing_is_read(tmp_path, cells, key, told):
    with pytest.raises(FormatError) as refused:
        open_raster(grid(tmp_path, cells), crs="EPSG:4528")
    assert refused.value.key == f"raster.{key}"
    assert told.items() <= refused.value.fields.items()
    assert "g.asc" in str(refused.value)


def test_a_short_grid_of_many_cells_is_refused_as_that_and_not_waited_for(tmp_path):
    head = HEAD.replace("ncols 3", "ncols 324").replace("nrows 2", "nrows 282")
    with pytest.raises(FormatError) as refused:
        open_raster(grid(tmp_path, "1 2 3\n", head), crs="EPSG:4528")
    assert refused.value.key == "raster.cells_count"


@pytest.mark.parametrize(
    "cells", ["1 2 3\n4 5 6\n", "+1. 2e0 3.0\r\n4\t5,0 .6E1", "1\n2\n3\n4 5 6"]
)
def test_what_numbers_look_like(tmp_path, cells):
    raster = open_raster(grid(tmp_path, cells), crs="EPSG:4528")
    with raster.reading() as reader:
        assert reader.read(Window(0, 0, 2, 3))[0].tolist() == [[1, 2, 3], [4, 5, 6]]


def test_words_are_not_parted_where_the_text_is_read_in_pieces(tmp_path):
    columns = 300_000
    head = HEAD.replace("ncols 3", f"ncols {columns}")
    rows = "\n".join(" ".join(["123456.789"] * columns) for _ in range(2))
    assert open_raster(grid(tmp_path, rows, head), crs="EPSG:4528").width == columns
