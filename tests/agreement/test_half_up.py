"""A plane area of x.xx5 m² reads the same wherever it is shown."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from platforms.app.detail import shown
from platforms.app.tables import _cells
from platforms.cli import measure
from platforms.issues import IssueTable
from platforms.outputs.certificates.certificate_areas import area_rows
from platforms.outputs.maps.map_encoding import _numbers
from platforms.outputs.maps.map_parts import Column
from platforms.planning.survey import Survey, named_plots

NUMBER = Column(name="planar_m2", title="", type="number", digits=2)
TIES = st.tuples(st.integers(1, 10**7), st.integers(0, 99))


def _exact(tie):
    """The half-up value of whole.cc5 from its digits alone, with separators."""
    cents = tie[0] * 100 + tie[1] + 1
    return f"{cents // 100:,}.{cents % 100:02d}"


def _survey(areas):
    frame = gpd.GeoDataFrame(
        {"plot_id": [str(n) for n in range(len(areas))], "planar_m2": areas},
        geometry=[shapely.box(0, 0, 1, 1)] * len(areas),
        crs=4490,
    )
    frame = frame.assign(area_m2=1.0, area_mu=0.0015, declared_m2=float("nan"))
    return Survey(frame, IssueTable(), named_plots(frame).source, 0.0)


@given(st.lists(TIES, min_size=1, max_size=8))
def test_command_line_app_map_and_certificate_print_the_same(ties):
    areas = [float(f"{whole}.{cents:02d}5") for whole, cents in ties]
    wanted = [_exact(tie) for tie in ties]
    runner = CliRunner()
    with runner.isolation() as (out, *_):
        measure._echo_rows(_survey(areas), None)
        lines = out.getvalue().decode().splitlines()
    assert [line.split("平面 ")[1].split(" m²")[0] for line in lines] == wanted
    column = {"type": "number", "digits": 2, "labels": {}}
    assert [shown(column, area) for area in areas] == wanted
    # a browser prints two decimals of what it is given
    for given_to_browser in (_cells(column, pd.Series(areas)), _numbers(pd.Series(areas), NUMBER)):
        assert [f"{value:,.2f}" for value in given_to_browser] == wanted
    rows = [area_rows({"area_m2": 1.0, "planar_m2": area})[1].area_m2 for area in areas]
    assert rows == [text.replace(",", "") for text in wanted]
