"""The printed areas do not depend on the format that a plot came in."""

from __future__ import annotations

import json

import pytest

from golden_plots import FORMATS, PRINTED, golden_file
from platforms.cli import main


@pytest.mark.parametrize("name", FORMATS)
def test_areas_agree_to_the_last_digit(tmp_path, capsys, name):
    path = golden_file(tmp_path, name)
    assert main(["measure", str(path), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    # formats without an index may give plots in another order
    found = sorted(row["area_m2"] for row in record["plots"])
    assert found == sorted(PRINTED.values())
    # ids are lost in a drawing only
    if name != "a.dxf":
        by_id = {row["plot_id"]: row["area_m2"] for row in record["plots"]}
        assert by_id == PRINTED or name == "a.kml"
