"""What an import would do: columns found, cells turned, rows judged."""

from __future__ import annotations

import geopandas as gpd
import openpyxl
import pytest
import shapely

from platforms.errors import InputError
from platforms.geo.ingest.preflight import Upload
from platforms.layers.importing.preview import ImportChoice
from platforms.layers.importing.previewing import preview_import
from platforms.layers.workspace import Workspace
from table_files import cell, page, paragraph, table, word

TOWNS_CARD = """\
layer: towns
file: towns.csv
title: {zh: 乡镇, en: Towns}
description: {zh: 乡镇, en: Towns}
geometry: none
key: town_id
source: test
date: "2020"
columns:
  - {name: town_id, title: {zh: 乡镇编号, en: Town id}, type: string, required: true, unique: true}
  - {name: name, title: {zh: 名称, en: Name}, type: string, required: true}
"""

YARDS_CARD = """\
layer: yards
file: yards.csv
title: {zh: 堆场, en: Yards}
description: {zh: 堆场, en: Yards}
geometry: none
key: yard_id
documents: [plan]
source: test
date: "2020"
columns:
  - {name: yard_id, title: {zh: 编号, en: Id}, type: string, required: true, unique: true}
  - {name: name, title: {zh: 名称, en: Name}, type: string, required: true, unique: true}
  - {name: town, title: {zh: 所属区域, en: Area}, type: string}
  - {name: town_id, title: {zh: 乡镇, en: Town}, type: string, refers_to: towns.town_id}
  - name: stage
    title: {zh: 阶段（归类）, en: Stage}
    type: category
    allowed: [new, going]
    labels: {new: {zh: 新建, en: New}, going: {zh: 续建, en: Going on}}
  - {name: stage_text, title: {zh: 阶段（原文）, en: "Stage, as written"}, type: string}
  - name: size
    title: {zh: 规模, en: Size}
    type: category
    allowed: [big, small]
    labels: {big: {zh: 大, en: Big}, small: {zh: 小, en: Small}}
  - {name: goods, title: {zh: 货物, en: Goods}, type: list}
  - {name: land_mu, title: {zh: 用地, en: Land}, type: number, unit: 亩, minimum: 0, maximum: 9000}
  - {name: cost_yi, title: {zh: 造价, en: Cost}, type: number, unit: 亿元}
  - {name: cost_text, title: {zh: 造价（原文）, en: "Cost, as written"}, type: string}
  - {name: gates, title: {zh: 大门, en: Gates}, type: integer, unit: 个}
  - {name: open, title: {zh: 开放, en: Open}, type: boolean}
  - {name: since, title: {zh: 建成, en: Since}, type: date}
  - {name: doc, title: {zh: 文件, en: Document}, type: string, required: true}
  - {name: section, title: {zh: 章节, en: Section}, type: string, required: true}
  - {name: row, title: {zh: 行号, en: Row}, type: string}
"""

HEADER = (
    "yard_id,name,town,town_id,stage,stage_text,size,goods,land_mu,cost_yi,cost_text,gates,open,"
    "since,doc,section,row\n"
)


@pytest.fixture
def square(city):
    for name, text in {
        "towns.yaml": TOWNS_CARD,
        "towns.csv": "town_id,name\nt1,东镇\nt2,西街道\n",
        "yards.yaml": YARDS_CARD,
        "yards.csv": HEADER,
    }.items():
        (city / "layers" / name).write_text(text, encoding="utf-8")
    return Workspace.open(city)


CITED = ImportChoice(doc="plan", section="附件二")


def look(square, text, choice=CITED, layer="yards"):
    data = text.encode() if isinstance(text, str) else text
    return preview_import(Upload("堆场.csv", data), square, layer, choice)


def kinds(preview):
    return dict(preview.issues.by_kind())


def how(preview):
    return {c.source: (c.target, c.how) for c in preview.columns if c.source}


TYPED = (
    "XX县堆场一览表,,,,,,,,,\n"
    "序号,堆场名称,所属乡镇,阶段,货物,占地面积（公顷）,造价（万元）,大门,是否开放,建成\n"
    '1,甲堆场,东镇,新建,砂；石,１．５,"1,234",2,是,2019年5月\n'
    "2,乙堆场,西,续建,煤、焦（块、粉）,约20,约两亿,3个,否,2020/1/2\n"
    "合计,,,,,21.5,,5,,\n"
)


def test_a_table_as_people_make_it_is_mapped_and_turned(square):
    preview = look(
        square, TYPED, ImportChoice(doc="plan", section="附件二", columns={"是否开放": "open"})
    )
    assert how(preview) == {
        "序号": ("row", "known"),
        "堆场名称": ("name", "known"),
        "所属乡镇": ("town", "known"),
        "阶段": ("stage", "known"),
        "货物": ("goods", "title"),
        "占地面积（公顷）": ("land_mu", "known"),
        "造价（万元）": ("cost_yi", "title"),
        "大门": ("gates", "title"),
        "是否开放": ("open", "given"),
        "建成": ("since", "title"),
    }
    (row,) = preview.frame.to_dict("records")
    assert row == {
        "yard_id": "Y01",
        "name": "甲堆场",
        "town": "东镇",
        "town_id": "t1",
        "stage": "new",
        "stage_text": "新建",
        "size": "",
        "goods": "砂;石",
        "land_mu": "22.5",
        "cost_yi": "0.1234",
        "cost_text": "1,234万元",
        "gates": "2",
        "open": "true",
        "since": "2019-05",
        "doc": "plan",
        "section": "附件二",
        "row": "1",
    }
    # a hectare that cannot be read keeps the row out; a cost has its text to stay in
    assert preview.set_aside["line"].tolist() == ["4"]
    assert "约20" in preview.set_aside["reason"].iloc[0]
    assert preview.rows == {"in": 2, "good": 1, "same": 0, "set_aside": 1}
    assert preview.ready
    assert kinds(preview) == {
        "import_row_left_out": 1,
        "import_value_as_text": 1,
        "import_row_set_aside": 1,
    }


def test_towns_go_by_their_names_and_unknown_ones_are_listed(square):
    preview = look(square, "堆场名称,乡镇街道\n甲,东\n乙,西街道\n丙,南镇\n")
    assert preview.frame["town_id"].tolist() == ["t1", "t2", ""]
    assert preview.frame["town"].tolist() == ["东", "西街道", "南镇"]
    (issue,) = [i for i in preview.issues if i.kind == "import_town_unknown"]
    assert "南镇" in issue.message()


def test_a_header_of_several_rows_and_merged_cells_comes_from_word(square, tmp_path):
    path = word(
        tmp_path / "堆场.docx",
        paragraph("附件二")
        + table(["甲", "乙"], ["1", "2"])
        + paragraph("堆场（单位：公顷）")
        + table(
            [
                cell("堆场名称", merge="restart"),
                cell("阶段", merge="restart"),
                cell("用地", merge="restart"),
            ],
            [cell("", merge="continue")] * 3,
            ["甲", cell("新建", merge="restart"), "1"],
            ["乙", cell("", merge="continue"), "2"],
        ),
    )
    preview = preview_import(path, square, "yards", CITED)
    assert preview.table == "2"
    assert preview.frame["stage"].tolist() == ["new", "new"]
    assert preview.frame["land_mu"].tolist() == ["15", "30"]
    assert preview.frame["row"].tolist() == ["1", "2"]
    assert kinds(preview) == {"import_merged_filled": 1}


def test_a_number_that_several_rows_share_stays_with_the_first(square, tmp_path):
    path = page(
        tmp_path / "a.html",
        "<table><tr><td>堆场名称<td>用地（亩）</tr><tr><td>甲<td rowspan=2>30</tr>"
        "<tr><td>乙</tr></table>",
        encoding="gb2312",
    )
    preview = preview_import(path, square, "yards", CITED)
    assert preview.frame["land_mu"].tolist() == ["30", ""]
    assert kinds(preview) == {"import_merged_number": 1}


def test_a_sheet_is_chosen_by_its_header_and_can_be_named(square, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["填表人", "甲"])
    for title, land in (("一期", 10), ("二期", 20)):
        sheet = book.create_sheet(title)
        sheet.append(["堆场名称", "用地（亩）"] + (["货物"] if title == "一期" else []))
        sheet.append([title, land])
    path = tmp_path / "a.xlsx"
    book.save(path)
    first = preview_import(path, square, "yards", CITED)
    assert (first.table, first.others) == ("一期", ("二期",))
    assert kinds(first) == {"import_table_chosen": 1}
    for named in ("二期", "3"):
        choice = ImportChoice(doc="plan", section="附件二", table=named)
        assert preview_import(path, square, "yards", choice).frame["land_mu"].tolist() == ["20"]
    with pytest.raises(InputError) as refused:
        preview_import(path, square, "yards", ImportChoice(table="三期"))
    assert refused.value.key == "importing.table_unknown"


def test_gbk_and_hostile_text_stay_text(square):
    text = '堆场名称,货物,备注栏\n=HYPERLINK("http://x"),<script>alert(1)</script>,{{7*7}}\n'
    preview = look(square, text.encode("gb18030"))
    assert preview.frame["name"].tolist() == ['=HYPERLINK("http://x")']
    assert preview.frame["goods"].tolist() == ["<script>alert(1)</script>"]


# what is not right


def test_a_unit_that_is_not_written_is_not_guessed(square):
    text = "堆场名称,用地,货物\n甲,10,砂\n"
    preview = look(square, text)
    assert preview.frame["land_mu"].tolist() == [""]
    assert kinds(preview) == {"import_unit_open": 1}
    told = ImportChoice(doc="plan", section="附件二", units={"用地": "公顷"})
    assert look(square, text, told).frame["land_mu"].tolist() == ["150"]
    inside = look(square, "堆场名称,用地,货物\n甲,10亩,砂\n乙,2公顷,煤\n")
    assert inside.frame["land_mu"].tolist() == ["10", "30"]


def test_a_unit_of_another_kind_is_named(square):
    preview = look(square, "堆场名称,用地（万元）,货物\n甲,10,砂\n")
    assert kinds(preview) == {"import_unit_unknown": 1}
    assert preview.frame["land_mu"].tolist() == [""]


def test_two_columns_for_one_are_left_open(square):
    text = "堆场名称,用地面积（亩）,占地面积（亩）\n甲,10,12\n"
    preview = look(square, text)
    assert not preview.ready
    (issue,) = [i for i in preview.issues if i.severity == "error"]
    assert issue.kind == "import_column_double"
    assert issue.values["names"] == ["用地面积（亩）", "占地面积（亩）"]
    chosen = ImportChoice(doc="plan", section="附件二", columns={"占地面积（亩）": "land_mu"})
    assert look(square, text, chosen).frame["land_mu"].tolist() == ["12"]


def test_the_surer_of_two_columns_is_taken(square):
    preview = look(square, "名称,堆场,用地（亩）\n甲,乙,3\n")
    assert preview.frame["name"].tolist() == ["甲"]
    assert kinds(preview) == {"import_columns_unused": 1}


def test_rows_that_do_not_fit_name_file_and_line(square):
    text = "编号,名称,规模,用地（亩）\nA,甲,大,1\nA,乙,大,2\nB,,大,3\nC,丙,中,4\nD,丁,小,-5\n"
    preview = look(square, text)
    assert preview.frame["yard_id"].tolist() == ["A"]
    assert preview.set_aside["line"].tolist() == ["3", "4", "5", "6"]
    wrong = [i for i in preview.issues if i.kind == "import_row_set_aside"]
    assert [i.feature for i in wrong] == ["3", "4", "5", "6"]
    assert all(i.file == "堆场.csv" and "堆场.csv" in i.message() for i in wrong)
    assert "重复" in wrong[0].message()
    assert "“中”" in wrong[2].message()
    assert "大、小" in wrong[2].message()


def test_a_word_can_be_said_to_stand_for_a_value(square):
    text = "名称,阶段（归类）\n甲,停建\n"
    choice = ImportChoice(doc="plan", section="附件二", words={"stage": {"停建": "going"}})
    assert look(square, text, choice).frame["stage"].tolist() == ["going"]


def test_what_the_card_demands_and_nothing_gives_is_open(square):
    preview = look(square, "名称,货物\n甲,砂\n", ImportChoice())
    missing = [i.values["column"] for i in preview.issues if i.kind == "import_column_missing"]
    assert missing == ["doc", "section"]
    assert not preview.ready
    fixed = ImportChoice(fixed={"doc": "plan", "section": "一"})
    assert look(square, "名称,货物\n甲,砂\n", fixed).ready


def test_a_category_for_every_row_can_be_given_by_its_label(square):
    fixed = {"doc": "plan", "section": "一", "size": "大"}
    preview = look(square, "名称,货物\n甲,砂\n", ImportChoice(fixed=fixed))
    assert preview.frame["size"].tolist() == ["big"]


def test_a_document_that_the_plan_lacks_is_named(square):
    preview = look(square, "名称,货物\n甲,砂\n", ImportChoice(doc="other", section="一"))
    assert "other" in preview.set_aside["reason"].iloc[0]
    assert "plan" in preview.set_aside["reason"].iloc[0]


@pytest.mark.parametrize(
    ("choice", "key"),
    [
        (ImportChoice(columns={"货物": "gods"}), "importing.no_target"),
        (ImportChoice(columns={"货品": "goods"}), "importing.no_source"),
        (ImportChoice(units={"货品": "亩"}), "importing.no_source"),
        (ImportChoice(fixed={"colour": "red"}), "importing.no_target"),
    ],
)
def test_words_about_what_is_not_there_are_refused(square, choice, key):
    with pytest.raises(InputError) as refused:
        look(square, "名称,货物\n甲,砂\n", choice)
    assert refused.value.key == key


def test_a_table_without_the_header_is_refused(square):
    with pytest.raises(InputError) as refused:
        look(square, "甲,乙\n1,2\n")
    assert refused.value.key == "importing.no_header"


def test_two_tables_that_fit_equally_are_asked_about(square, tmp_path):
    rows = ["名称", "货物"], ["甲", "砂"]
    path = word(tmp_path / "a.docx", table(*rows) + table(*rows))
    with pytest.raises(InputError) as refused:
        preview_import(path, square, "yards", CITED)
    assert refused.value.key == "importing.table_open"
    assert refused.value.fields["tables"] == ["1", "2"]


def test_a_layer_of_outlines_is_not_imported_so(square):
    with pytest.raises(InputError) as refused:
        look(square, "名称,货物\n甲,砂\n", layer="county")
    assert refused.value.key == "importing.layer_not_table"


def test_ranks_and_scores_of_a_thing_are_not_the_thing(square):
    text = "名称,货物,增速,\n,,用地（亩）,大门\n甲,砂,5,2\n"
    preview = look(square, text)
    assert preview.frame["name"].tolist() == ["甲"]
    assert preview.frame["land_mu"].tolist() == [""]
    assert preview.frame["gates"].tolist() == [""]


def test_a_word_for_all_that_begin_so_is_named_by_its_label(square):
    text = "名称,规模\n甲,大，二期\n乙,大，一期\n丙,中\n"
    plain = look(square, text)
    (issue,) = [i for i in plain.issues if i.kind == "import_words_unknown"]
    assert issue.values["names"] == ["大，二期", "大，一期", "中"]
    assert plain.set_aside["line"].tolist() == ["2", "3", "4"]
    words = {"size": {"大*": "大", "大，一*": "small"}}
    preview = look(square, text, ImportChoice(doc="plan", section="附件二", words=words))
    assert preview.frame["size"].tolist() == ["big", "small"]


def test_a_word_that_the_card_keeps_as_text_keeps_no_row_out(square):
    preview = look(square, "名称,阶段\n甲,新建\n乙,停建待定\n")
    assert preview.frame["stage"].tolist() == ["new", ""]
    assert preview.frame["stage_text"].tolist() == ["新建", "停建待定"]
    assert kinds(preview) == {"import_words_as_text": 1}


def test_years_from_to_fill_two_columns(square):
    card = (square.layers_dir / "yards.yaml").read_text("utf-8")
    for name in ("period_start", "period_end"):
        card += f"  - {{name: {name}, title: {{zh: {name}, en: {name}}}, type: integer}}\n"
    (square.layers_dir / "yards.yaml").write_text(card, encoding="utf-8")
    header = HEADER.strip() + ",period_start,period_end\n"
    (square.layers_dir / "yards.csv").write_text(header, encoding="utf-8")
    city = Workspace.open(square.layers_dir.parent)
    preview = look(city, "名称,建设年限\n甲,2015-2018\n乙,2016年\n丙,十三五\n")
    assert preview.frame["period_start"].tolist() == ["2015", "2016"]
    assert preview.frame["period_end"].tolist() == ["2018", "2016"]
    assert "十三五" in preview.set_aside["reason"].iloc[0]
    assert {c.target: c.how for c in preview.columns}["period_end"] == "parted"


def test_a_point_outside_the_county_is_named_with_its_line(square):
    text = "place_id,lon,lat,basis,accuracy_m\nb,121.02,28.02,real,50\nc,110.6,28.0,real,50\n"
    preview = look(square, text, ImportChoice(), "gazetteer")
    assert preview.frame["place_id"].tolist() == ["b"]
    assert preview.set_aside["line"].tolist() == ["3"]
    assert "方城县" in preview.set_aside["reason"].iloc[0]


def test_a_header_without_rows_is_told(square):
    preview = look(square, "名称,货物\n")
    assert kinds(preview) == {"import_no_rows": 1}
    assert not preview.ready


def test_a_document_may_be_named_by_its_title(square):
    preview = look(square, "名称,文件,章节\n甲,《方城县规划》,一\n", ImportChoice())
    assert preview.frame["doc"].tolist() == ["plan"]


def test_a_value_that_must_stand_once_is_compared_with_the_layer(square):
    path = square.layers_dir / "yards.csv"
    path.write_text(HEADER + "A,甲" + "," * 13 + "plan,一,\n", encoding="utf-8")
    city = Workspace.open(square.layers_dir.parent)
    preview = look(city, "编号,名称\nB,甲\nC,乙\n")
    assert preview.frame["yard_id"].tolist() == ["C"]
    assert "重复" in preview.set_aside["reason"].iloc[0]


def test_names_that_a_shapefile_cut_are_read_by_their_beginnings(square, tmp_path):
    frame = gpd.GeoDataFrame(
        {"堆场名": ["甲"], "造": ["5"]},
        geometry=[shapely.box(120.8, 28.1, 120.81, 28.11)],
        crs=4490,
    )
    frame.to_file(tmp_path / "堆场.gpkg", layer="yards")
    found = preview_import(tmp_path / "堆场.gpkg", square, "yards", ImportChoice())
    told = {c.source: c.target for c in found.columns if c.source}
    # three signs are nine bytes and may be the beginning of more; one sign was never cut
    assert (told["堆场名"], told["造"]) == ("name", "")


def test_one_known_name_of_a_map_file_is_header_enough(square, tmp_path):
    frame = gpd.GeoDataFrame(
        {"乡镇": ["东镇"]}, geometry=[shapely.box(120.8, 28.1, 120.81, 28.11)], crs=4490
    )
    frame.to_file(tmp_path / "堆场.gpkg", layer="yards")
    found = preview_import(tmp_path / "堆场.gpkg", square, "yards", ImportChoice())
    assert {c.source: c.target for c in found.columns}["乡镇"] == "town_id"
