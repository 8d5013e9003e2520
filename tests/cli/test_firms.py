"""Tables of firms and links on the command line: assess and run, text and JSON."""

from __future__ import annotations

import json

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import platforms as ip
from platforms.cli import main

CODE, OTHER = "91350100M000100Y43", "91330382MA2ABCDE01"


@pytest.fixture
def folder(tmp_path):
    """Two plots of about 15 亩 in 乐清 and tables of two firms on them."""
    shapes = [shapely.box(40598000 + x, 3121000, 40598100 + x, 3121100) for x in (0, 100)]
    plots = gpd.GeoDataFrame(
        {"plot_id": ["P0", "P1"], "credit_code": [CODE, None]}, geometry=shapes, crs="EPSG:4528"
    )
    plots.to_file(tmp_path / "plots.gpkg")
    (tmp_path / "firms.csv").write_text(
        "企业名称,统一社会信用代码,规上/规下,用地面积(亩),2020年税收(万元),2021年税收(万元),"
        "2020年等级,2021年等级,是否高耗能\n"
        f"甲,{CODE},规下,30,600,600,B,B,否\n乙,{OTHER},规下,,30,30,B,B,否\n",
        encoding="utf-8",
    )
    (tmp_path / "links.csv").write_text(
        f"地块编号,信用代码,份额(%),角色\nP0,{CODE},50,业主\nP1,{CODE},50,业主\nP1,{OTHER},,租赁\n",
        encoding="utf-8",
    )
    return tmp_path


def run(*words, expected=0):
    assert main([str(word) for word in words]) == expected


@pytest.fixture
def assess(folder, capsys):
    def assess(*words):
        run("assess", folder / "plots.gpkg", "--firms", folder / "firms.csv", *words, "--json")
        return json.loads(capsys.readouterr().out)

    return assess


def verdicts(record):
    return [plot["verdict"] for plot in record["plots"]]


def test_firms_are_found_by_code_and_what_is_left_is_told(assess):
    record = assess()
    assert verdicts(record) == ["not", "unknown"]
    join = record["join"]
    assert join["firms"] == {"in": 2, "matched": 1, "unmatched": 1}
    assert join["plots"] == {"in": 2, "with_firm": 1, "several_firms": 0, "without_firm": 1}
    kinds = {issue["kind"] for issue in join["issues"]}
    assert kinds == {
        "firm_unmatched", "plots_without_name", "code_check_digit", "firm_land_differs"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("several", "second"),
    [("sum", "not"), ("main", "low_efficiency"), ("any", "unknown"), ("all", "not")],
)
def test_links_and_ways_decide(folder, assess, several, second):
    # the tenant has all of its 30 万元 on P1; its own land is not known
    record = assess("--links", folder / "links.csv", "--several", several)
    assert verdicts(record) == ["not", second]
    assert record["join"]["several"] == several
    tax = next(row for row in record["join"]["totals"] if row["column"] == "tax_wan_2021")
    left_out = 300 if several == "main" else 0
    assert (tax["matched"], tax["placed"], tax["left_out"]) == (630, 630 - left_out, left_out)


def test_the_join_is_printed_and_each_firm_explained(folder, assess, capsys):
    words = ("--firms", folder / "firms.csv", "--links", folder / "links.csv")
    run("assess", folder / "plots.gpkg", *words)
    shown = capsys.readouterr().out
    assert "企业 2 家，匹配 2 家" in shown
    assert "tax_wan_2021：企业表合计 630.00" in shown
    told = assess(*words[2:], "--several", "any", "--explain", "P1")
    assert [tree["plot_id"] for tree in told["firms"]] == ["P1/乙", "P1/甲"]
    assert (told["verdict"], told["several"]) == ("unknown", "any")
    run("assess", folder / "plots.gpkg", *words, "--several", "all", "--explain", "P1")
    assert "地块 P1：非低效（全部企业命中才命中）。" in capsys.readouterr().out


def test_sheets_are_chosen(folder, capsys):
    with pd.ExcelWriter(folder / "both.xlsx") as book:
        pd.read_csv(folder / "firms.csv").to_excel(book, sheet_name="企业", index=False)
        pd.read_csv(folder / "links.csv").to_excel(book, sheet_name="关联", index=False)
    both = folder / "both.xlsx"
    run("assess", folder / "plots.gpkg", "--firms", both, "--firms-sheet", "企业",
        "--links", both, "--links-sheet", "关联", "--json")  # fmt: skip
    assert json.loads(capsys.readouterr().out)["join"]["pairs"]["links"] == 3
    # without them it is not guessed
    run("assess", folder / "plots.gpkg", "--firms", both, expected=1)


@pytest.mark.parametrize(
    "words",
    [
        ("--firms-sheet", "企业"),
        ("--firms", "firms.csv", "--links-sheet", "关联"),
        ("--explain", "P0", "-o", "out.gpkg"),
    ],
)
def test_options_that_mean_nothing_here_are_misuse(folder, words):
    words = [folder / word if word.endswith((".csv", ".gpkg")) else word for word in words]
    run("assess", folder / "plots.gpkg", *words, expected=2)


def test_changes_are_written_as_sheets_or_as_columns_of_the_plots(folder, capsys):
    words = ("assess", folder / "plots.gpkg", "--firms", folder / "firms.csv",
             "--against", "idle-land-53", "-o")  # fmt: skip
    run(*words, folder / "changes.xlsx")
    assert "企业 2 家，匹配 1 家" in capsys.readouterr().out
    sheets = pd.read_excel(folder / "changes.xlsx", sheet_name=None, header=2)
    assert list(sheets) == ["变化地块", "变化汇总"]
    assert sheets["变化地块"]["地块编号"].tolist() == ["P0"]
    run(*words, folder / "changes.gpkg")
    written = gpd.read_file(folder / "changes.gpkg").set_index("plot_id")
    assert written["change"].to_dict() == {"P0": "now_unknown", "P1": "same"}
    assert {"left", "right", "because_left", "because_right"} <= set(written.columns)


def test_a_run_takes_the_tables_too(folder, capsys):
    out = folder / "out"
    run("run", "--plots", folder / "plots.gpkg", "--firms", folder / "firms.csv",
        "--links", folder / "links.csv", "-o", out, "--json")  # fmt: skip
    assert json.loads(capsys.readouterr().out)["join"]["pairs"]["links"] == 3
    written = gpd.read_file(out / "plan.gpkg", layer="plots").set_index("plot_id")
    assert written["tax_wan_2021"].to_dict() == {"P0": 300.0, "P1": 330.0}
    assert written["firm_way"].to_dict() == {"P0": "single", "P1": "sum"}


@pytest.mark.parametrize(
    "words", [("--links", "links.csv"), ("--several", "any"), ("--several", "best")]
)
def test_options_without_firms_are_misuse(folder, words):
    run("assess", folder / "plots.gpkg", *words, expected=2)


def test_links_without_their_columns_are_refused(folder):
    with pytest.raises(ip.PlatformsError, match="plot_id"):
        ip.read_links(folder / "firms.csv")


def test_check_knows_a_table_of_firms(folder, capsys):
    run("check", folder / "firms.csv", "--json")
    record = json.loads(capsys.readouterr().out)
    assert record["rows"] == {"in": 2, "good": 2, "set_aside": 0}
    assert "tax_wan_2021" in record["firms"]
    run("check", folder / "firms.csv")
    assert "tax_wan_2021 ← 2021年税收(万元)" in capsys.readouterr().out
    run("check", folder / "links.csv", expected=1)
    assert "WKT" in capsys.readouterr().err
