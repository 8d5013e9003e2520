"""Sites as files: the same ranks and reasons as the library's, marked, and never a formula."""

from __future__ import annotations

import pandas as pd
import pyogrio
import pytest

import platforms as ip
from platforms.errors import OutputError

PROJECT = {"name": "=1+1", "industry": "C38", "land_mu": 60, "polluting": False}


@pytest.fixture(scope="module")
def siting(yueqing):
    return ip.site(PROJECT, workspace=yueqing)


def test_the_workbook_has_project_sites_and_terms(siting, tmp_path):
    path = ip.save_siting(siting, tmp_path / "s.xlsx")
    sheets = pd.read_excel(path, sheet_name=None)
    assert list(sheets) == ["项目与方法", "选址结果", "各项得分"]
    told = sheets["项目与方法"]
    assert told["项目"].iloc[0].startswith("示例数据")
    assert "=1+1" in told["内容"].tolist()
    sites = sheets["选址结果"]
    assert sites["编号"].tolist() == [one.site_id for one in siting.sites]
    assert sites["名次"].dropna().tolist() == list(range(1, len(siting.ranked) + 1))
    assert sites["得分下限"].tolist() == [one.low for one in siting.sites]
    assert "退二进三" in " ".join(sites["不能用的原因"].dropna())
    terms = sheets["各项得分"]
    assert len(terms) == 6 * len(siting.sites)
    assert "附件二" in set(terms["章节"])


def test_the_text_file_is_marked_in_each_row(siting, tmp_path):
    table = pd.read_csv(ip.save_siting(siting, tmp_path / "s.csv"))
    assert len(table) == len(siting.sites)
    (note,) = table["说明"].unique()
    assert "示例数据" in note
    assert "tool:siting-2026" in note


def test_the_geopackage_has_the_shapes(siting, tmp_path):
    path = ip.save_siting(siting, tmp_path / "s.gpkg")
    assert [name for name, _ in pyogrio.list_layers(path)] == ["parks"]
    frame = pyogrio.read_dataframe(path)
    assert frame["sample"].all()
    assert frame["site_id"].tolist() == [one.site_id for one in siting.sites]
    assert frame["excluded_text"].iloc[-1]


def test_real_sites_are_not_marked_and_sample_ones_are_when_told(yueqing, tmp_path):
    parks = pd.DataFrame({"park_id": ["a"], "lon": [120.95], "lat": [28.1]})
    siting = ip.site(PROJECT, parks=parks, workspace=yueqing)
    bare = pd.read_csv(ip.save_siting(siting, tmp_path / "a.csv"))
    told = pd.read_csv(ip.save_siting(siting, tmp_path / "b.csv", sample=True))
    assert "示例" not in bare["说明"].iloc[0]
    assert "示例" in told["说明"].iloc[0]


def test_other_endings_and_files_that_are_there_are_refused(siting, tmp_path):
    with pytest.raises(OutputError):
        ip.save_siting(siting, tmp_path / "s.docx")
    path = ip.save_siting(siting, tmp_path / "s.csv")
    with pytest.raises(OutputError):
        ip.save_siting(siting, path)
    ip.save_siting(siting, path, overwrite=True)
