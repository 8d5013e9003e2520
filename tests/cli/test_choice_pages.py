"""Sites and portfolios as a page or a workbook of the command line."""

from __future__ import annotations

import json
from pathlib import Path

from openpyxl import load_workbook

from platforms.cli import main

PROJECT = str(Path(__file__).resolve().parents[2] / "docs" / "project.yaml")


def test_sites_become_a_page_and_a_workbook(tmp_path, capsys):
    page, book = tmp_path / "sites.html", tmp_path / "sites.xlsx"
    assert main(["site", PROJECT, "-o", str(page)]) == 0
    assert '"id":"site_points"' in page.read_text(encoding="utf-8")
    assert main(["site", PROJECT, "-o", str(book)]) == 0
    capsys.readouterr()
    assert main(["site", PROJECT, "--json"]) == 0
    sites = json.loads(capsys.readouterr().out)["sites"]
    rows = list(load_workbook(book).worksheets[1].iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(sites)
    assert {one["site_id"] for one in sites} <= {cell for row in rows for cell in row}


def test_a_portfolio_becomes_a_page(tmp_path):
    page = tmp_path / "year.html"
    assert main(["portfolio", "--mu", "300", "--curve", "0", "-o", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert '"id":"plots"' in text
    assert "示例数据" in text
