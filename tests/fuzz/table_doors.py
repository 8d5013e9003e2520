"""Readers of tables, documents and settings, with small valid files for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import yaml
from door import Door, Seen, print_of, same_book

import platforms as ip
from platforms.geo.datum import read_shift
from platforms.geo.read_tables import read_tables
from platforms.planning.choice.portfolio_locks import read_locks
from platforms.policy.pack import load_pack
from table_files import paragraph, table, word

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
DOORS: dict[str, Door] = {}


def _door(name: str, file: str, seeds, read, **more) -> None:
    DOORS[name] = Door(name, file, seeds, read, **more)


def _rows_of(made) -> Seen:
    return Seen(print_of(made.frame), made.issues)


def _firms(folder: Path) -> list[bytes]:
    head = "企业名称,统一社会信用代码,所属镇街,行业代码,用地面积（亩）,2021年税收（万元）,2022年税收（万元）"
    rows = [
        f"甲{n}电器有限公司,9133038214553{n:04d}X,柳市镇,C38,{n}.5,{n * 100},{n * 90}"
        for n in range(1, 6)
    ]
    return ["\n".join([head, *rows, "合计,,,,17.5,1500,1350"]).encode("gb18030")]


def _firms_book(folder: Path) -> list[bytes]:
    rows = [line.split(",") for line in _firms(folder)[0].decode("gb18030").split("\n")]
    pd.DataFrame(rows[1:], columns=rows[0]).to_excel(folder / "a.xlsx", index=False)
    return [same_book(folder / "a.xlsx")]


def _links(folder: Path) -> list[bytes]:
    return ["地块编号,企业名称,份额（%）\nA,甲,50\nA,乙,50\nB,丙,100\n".encode()]


def _lock_rows(folder: Path) -> list[bytes]:
    return ["地块编号,锁定\nA,入选\nB,排除\nC,\n".encode()]


def _word(folder: Path) -> list[bytes]:
    body = paragraph("附件一 项目表") + table(["序号", "项目", "投资"], ["1", "电器", "3亿元"])
    return [word(folder / "a.docx", body).read_bytes()]


def _page(folder: Path) -> list[bytes]:
    cells = "<tr><th>序号<th>项目</tr><tr><td rowspan=2>1<td>电器</tr><tr><td>灯具</tr>"
    return [f"<html><meta charset=utf-8><body><p>表一<table>{cells}</table></body></html>".encode()]


def _tables(path: Path) -> Seen:
    found = read_tables(path)
    return Seen(repr([(g.cells, g.merged) for g in found.grids]), found.issues)


def _shipped(*names: str) -> Callable[[Path], list[bytes]]:
    return lambda _: [(ROOT / name).read_bytes() for name in names]


def _tiles(folder: Path) -> list[bytes]:
    one = {
        "id": "own", "title": {"zh": "自建影像", "en": "Own"}, "datum": "wgs84", "attribution": "某局",
        "tiles": ["https://tiles.example.gov/{z}/{x}/{y}.png"],
    }  # fmt: skip
    return [yaml.safe_dump({"sources": [one]}, allow_unicode=True).encode()]


def _slides(folder: Path) -> list[bytes]:
    one = "- {id: %s, title: 甲, text: 字, extent: [120.9, 28.0, 121.0, 28.1]}\n"
    return [f"slides:\n{one % 'a'}{one % 'b'}".encode()]


def _known_plots(folder: Path) -> list[bytes]:
    points = "name,x,y,X,Y\n" + "".join(
        f"P{n},{3121000 + n * 777},{598000 + n * n * 311},{3121012 + n * 777},{597890 + n * n * 311}\n"
        for n in range(4)
    )
    return [points.encode()]


_door("firms_csv", "a.csv", _firms, lambda p: _rows_of(ip.read_firms(p)))
_door("firms_xlsx", "a.xlsx", _firms_book, lambda p: _rows_of(ip.read_firms(p)))
_door("links", "a.csv", _links, lambda p: _rows_of(ip.read_links(p)))
_door("locks", "a.csv", _lock_rows, lambda p: Seen(repr(read_locks(p))))
_door("document", "a.docx", _word, _tables)
_door("web_page", "a.html", _page, _tables)
_door(
    "siting_yaml", "a.yaml", _shipped("docs/project.yaml"), lambda p: Seen(repr(ip.read_project(p)))
)
_door("siting_csv", "a.csv", lambda _: [b"industry,land_mu,suppliers\nC38,60,120.9 28.05; 120.8 28\n"],
      lambda p: Seen(repr(ip.read_project(p))))  # fmt: skip
_door("rules", "a.yaml", _shipped(*sorted(str(p.relative_to(ROOT)) for p in (ROOT / "layers/yueqing/policy").glob("*.yaml"))),
      lambda p: Seen(repr(load_pack(p))), weight=0.5)  # fmt: skip
_door("tiles", "a.yaml", _tiles, lambda p: Seen(repr(ip.read_tiles(p))))
_door("slides", "a.yaml", _slides, lambda p: Seen(repr(ip.read_slides(p))))
_door("publication", "a.yaml", _shipped("src/platforms/outputs/publication/profiles.yaml"),
      lambda p: Seen(repr(ip.read_publication(p))))  # fmt: skip
_door("control_points", "a.csv", _known_plots, lambda p: Seen(repr(read_shift(str(p)))))
