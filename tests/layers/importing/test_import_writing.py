"""What an import writes: whole or not at all, nothing lost, remembered for the next time."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platforms.errors import CardError, InputError, TableError
from platforms.geo.ingest.preflight import Upload
from platforms.layers.importing import writing
from platforms.layers.importing.cells import split_list, stored_cell
from platforms.layers.importing.preview import ImportChoice
from platforms.layers.importing.previewing import preview_import
from platforms.layers.importing.writing import apply_import
from platforms.layers.workspace import Workspace

CITED = ImportChoice(doc="plan", section="一")


def look(city, text, choice=CITED, layer="parks"):
    return preview_import(Upload("园区.csv", text.encode()), Workspace.open(city), layer, choice)


def rows(path):
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def test_rows_are_added_behind_those_that_were_there(city):
    path = city / "layers/parks.csv"
    before = path.read_bytes()
    preview = look(city, "名称,用地（公顷）,企业数\n南园,2,7\n东园,120.5,\n北园,x,1\n")
    assert preview.rows == {"in": 3, "good": 1, "same": 0, "set_aside": 2}
    assert path.read_bytes() == before
    result = apply_import(preview)
    assert (result.written, result.set_aside) == (1, 2)
    assert path.read_bytes() == before + "P3,南园,30,7,,,,plan,一,1\n".encode()
    assert Workspace.open(city).table("parks")["land_mu"].tolist()[2] == 30.0
    aside = rows(city / "layers/imports/parks.set_aside.csv")
    assert [(r["line"], r["名称"], r["用地（公顷）"]) for r in aside] == [
        ("3", "东园", "120.5"),
        ("4", "北园", "x"),
    ]
    assert "--replace" in aside[0]["reason"]


def test_the_same_file_twice_writes_nothing_more(city):
    text = "名称,用地（公顷）\n南园,2\n"
    apply_import(look(city, text))
    before = (city / "layers/parks.csv").read_bytes()
    again = look(city, text)
    assert again.rows == {"in": 1, "good": 0, "same": 1, "set_aside": 0}
    assert apply_import(again).written == 0
    assert (city / "layers/parks.csv").read_bytes() == before


def test_a_table_that_is_replaced_keeps_the_ids_of_its_names(city):
    choice = ImportChoice(doc="plan", section="一", replace=True)
    preview = look(city, "名称,企业数\n南园,7\n西园,2\n", choice)
    apply_import(preview)
    found = rows(city / "layers/parks.csv")
    assert [(r["park_id"], r["name"], r["firms"]) for r in found] == [
        ("P3", "南园", "7"),
        ("P2", "西园", "2"),
    ]


def test_nothing_is_written_while_a_column_is_open(city):
    before = (city / "layers/parks.csv").read_bytes()
    preview = look(city, "名称,企业数,企业数\n南园,7,8\n")
    with pytest.raises(InputError) as refused:
        apply_import(preview)
    assert refused.value.key == "importing.not_ready"
    assert (city / "layers/parks.csv").read_bytes() == before
    assert not (city / "layers/imports").exists()


def test_what_the_workspace_could_not_read_is_not_written(city, monkeypatch):
    preview = look(city, "名称,企业数\n南园,7\n")
    preview.frame.loc[0, "firms"] = "seven"
    before = (city / "layers/parks.csv").read_bytes()
    with pytest.raises(TableError):
        apply_import(preview)
    assert (city / "layers/parks.csv").read_bytes() == before


def test_a_mapping_is_remembered_used_and_left_out(city):
    text = "叫什么,多大,有几家,园区\n南园,2,7,x\n"
    first = ImportChoice(
        doc="plan",
        section="一",
        columns={"叫什么": "name", "多大": "land_mu", "有几家": "firms", "园区": ""},
        units={"多大": "公顷"},
    )
    apply_import(look(city, text, first))
    kept = yaml.safe_load((city / "layers/imports/parks.yaml").read_text("utf-8"))
    (entry,) = kept["mappings"]
    assert entry["columns"] == {"叫什么": "name", "多大": "land_mu", "有几家": "firms", "园区": ""}
    assert entry["units"] == {"多大": "公顷"}
    preview = look(city, text.replace("南园,2", "北园,3").replace("叫什么", "叫 什么"))
    assert preview.frame["land_mu"].tolist() == ["45"]
    assert {c.source: c.how for c in preview.columns if c.target == "name"} == {
        "叫什么": "remembered"
    }
    assert "import_remembered" in preview.issues.by_kind()
    fresh = ImportChoice(doc="plan", section="一", remembered=False)
    with pytest.raises(InputError):
        look(city, text, fresh)


def test_nothing_is_remembered_where_nothing_was_said_or_asked(city):
    apply_import(look(city, "名称,企业数\n南园,7\n"))
    said = ImportChoice(doc="plan", section="一", columns={"家数": "firms"})
    apply_import(look(city, "名称,家数\n北园,7\n", said), save_mapping=False)
    assert not (city / "layers/imports").exists()


def test_a_mapping_that_was_spoilt_is_told_with_its_line(city):
    folder = city / "layers/imports"
    folder.mkdir()
    (folder / "parks.yaml").write_text("mappings:\n- signature: x\n", encoding="utf-8")
    with pytest.raises(CardError, match=r"parks\.yaml"):
        look(city, "名称,企业数\n南园,7\n")


def test_what_is_set_aside_can_be_put_right_and_comes_again(city):
    preview = look(city, "名称,企业数,用地（亩）\n=1+1,七,3\n")
    result = apply_import_of_aside(city, preview)
    text = result.read_text("utf-8-sig")
    assert "'=1+1" in text
    again = look(city, text.replace("七", "7"))
    assert again.frame["name"].tolist() == ["=1+1"]
    assert again.frame["firms"].tolist() == ["7"]


def apply_import_of_aside(city, preview):
    return writing.save_set_aside(preview, city / "aside.csv")


# places

TOWN_GAZETTEER = (
    "place_id,name,town_id,lon,lat,basis,accuracy_m\nt1,东镇,t1,121.05,28.05,real,500\n"
)


@pytest.fixture
def placed(city):
    """The city with a town, whose seat the gazetteer has."""
    card = (city / "geo/gazetteer.yaml").read_text("utf-8")
    more = "".join(
        f"  - {{name: {name}, title: {{zh: {zh}, en: {name}}}, type: string}}\n"
        for name, zh in (("name", "名称"), ("town_id", "乡镇"))
    )
    (city / "geo/gazetteer.yaml").write_text(card + more, encoding="utf-8")
    (city / "geo/gazetteer.csv").write_text(
        TOWN_GAZETTEER + "a,东园,t1,121.05,28.05,town_fallback,2000\n", encoding="utf-8"
    )
    parks = (city / "layers/parks.yaml").read_text("utf-8")
    town = "  - {name: town_id, title: {zh: 乡镇, en: Town}, type: string, refers_to: gazetteer.place_id}\n"
    (city / "layers/parks.yaml").write_text(parks + town, encoding="utf-8")
    table = (city / "layers/parks.csv").read_text("utf-8").splitlines()
    added = [f"{line},{'town_id' if not at else ''}" for at, line in enumerate(table)]
    (city / "layers/parks.csv").write_text("\n".join(added) + "\n", encoding="utf-8")
    return city


def test_a_town_seat_stands_in_and_says_so(placed):
    text = "名称,乡镇,企业数\n南园,东镇,7\n北园,,2\n"
    plain = look(placed, text)
    assert plain.frame["place_id"].tolist() == ["", ""]
    assert plain.issues.by_kind()["import_place_open"] == 1
    preview = look(placed, text, ImportChoice(doc="plan", section="一", places="town"))
    assert preview.frame["place_id"].tolist() == ["park-p3", ""]
    (place,) = preview.places.to_dict("records")
    assert (place["basis"], place["accuracy_m"], place["lon"]) == (
        "town_fallback",
        "2000",
        "121.05",
    )
    result = apply_import(preview)
    assert result.places == 1
    layer = Workspace.open(placed).layer("parks").set_index("name")
    assert layer.loc["南园", "basis"] == "town_fallback"
    assert layer.loc["北园", "geometry"] is None


def test_a_seat_without_an_accuracy_reaches_to_the_end_of_its_town(placed):
    gazetteer = TOWN_GAZETTEER.replace("real,500", "real,")
    (placed / "geo/gazetteer.csv").write_text(gazetteer, encoding="utf-8")
    card = (placed / "geo/county.yaml").read_text("utf-8").replace("county", "towns")
    card = card.replace("adcode", "town_id")
    (placed / "geo/towns.yaml").write_text(card, encoding="utf-8")
    county = (placed / "geo/county.geojson").read_text("utf-8")
    towns = county.replace("adcode", "town_id").replace("330399", "t1")
    (placed / "geo/towns.geojson").write_text(towns, encoding="utf-8")
    rows = (placed / "layers/parks.csv").read_text("utf-8").replace("3,a,plan", "3,,plan")
    (placed / "layers/parks.csv").write_text(rows.replace(",a,plan", ",,plan"), encoding="utf-8")
    choice = ImportChoice(doc="plan", section="一", places="town")
    preview = look(placed, "名称,乡镇,企业数\n南园,东镇,7\n", choice)
    # the square of a tenth of a degree, from its middle to a corner: 7.4 km
    assert preview.places["accuracy_m"].tolist() == ["7500"]
    assert apply_import(preview).places == 1


def test_a_place_of_the_same_name_is_found(placed):
    preview = look(
        placed, "名称,企业数\n东园,12\n", ImportChoice(replace=True, doc="plan", section="一")
    )
    assert preview.frame["place_id"].tolist() == ["a"]


def test_two_places_of_one_name_are_named_and_left_open(placed):
    with (placed / "geo/gazetteer.csv").open("a", encoding="utf-8") as file:
        file.write("b,新园,,121.01,28.01,real,50\nc,新园,,121.02,28.02,real,50\n")
    preview = look(placed, "名称,企业数\n新园,12\n")
    assert preview.frame["place_id"].tolist() == [""]
    (issue,) = [i for i in preview.issues if i.kind == "import_place_twice"]
    assert issue.file == "gazetteer.csv"
    assert "新园" in issue.message()


# what goes out comes back

_WORDS = st.text(
    st.characters(categories=["L", "N", "P"], exclude_characters=";"), min_size=1
).filter(lambda text: text == text.strip() and not text.startswith(("'", "#")))
_ROW = st.fixed_dictionaries(
    {
        "name": _WORDS,
        "land_mu": st.one_of(st.just(""), st.integers(0, 10**6).map(lambda n: f"{n / 100:g}")),
        "firms": st.one_of(st.just(""), st.integers(-5, 10**9).map(str)),
        "open": st.sampled_from(["", "true", "false"]),
        "since": st.sampled_from(["", "2019", "2019-05", "2019-05-31"]),
        "section": st.one_of(st.just(""), _WORDS),
    }
)


def _there_and_back(city, records):
    """Write a table of the layer's columns as a workbook, and look at its import."""
    card = Workspace.open(city).card("parks")
    names = [column.name for column in card.columns]
    out = [
        {**dict.fromkeys(names, ""), **record, "park_id": f"X{at}", "doc": "plan", "row": str(at)}
        for at, record in enumerate(records)
    ]
    book = openpyxl.Workbook()
    book.active.append(names)
    for record in out:
        for cell in book.active[1]:
            cell.data_type = "s"
        book.active.append([None if record[name] == "" else record[name] for name in names])
        for cell in book.active[book.active.max_row]:
            cell.data_type = "s" if cell.value is not None else cell.data_type
    data = io.BytesIO()
    book.save(data)
    preview = preview_import(
        Upload("a.xlsx", data.getvalue()), Workspace.open(city), "parks", ImportChoice(replace=True)
    )
    return out, preview


@pytest.mark.long
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_ROW, min_size=1, max_size=6))
def test_any_table_of_the_card_comes_back_as_it_went_out(city, records):
    out, preview = _there_and_back(city, records)
    assert len(preview.set_aside) == 0
    assert preview.frame.to_dict("records") == out


def test_a_table_of_the_card_comes_back_as_it_went_out(city):
    first = {"name": "合计", "land_mu": "0.1", "firms": "-5", "open": "true"}
    last = {"name": "注：A、B", "land_mu": "", "firms": "", "open": "", "since": "", "section": ""}
    out, preview = _there_and_back(city, [{**first, "since": "2019-05", "section": "一"}, last])
    assert preview.frame.to_dict("records") == out


@given(
    st.lists(
        st.text("甲乙a（", min_size=1).map(lambda t: t.replace("（", "（x）")),
        min_size=2,
        unique=True,
    )
)
def test_a_list_is_parted_where_it_was_joined(parts):
    for mark in "、；;":
        assert split_list(mark.join(parts)) == parts


@given(st.decimals(0, 10**9, places=4))
def test_hectares_become_mu_to_the_last_digit(hectares):
    from platforms.layers.cards import Column, Text

    column = Column(name="land_mu", title=Text(zh="用地", en="Land"), type="number", unit="亩")
    cell = stored_cell(f"{hectares:f}", column, "公顷", own=False, values={})
    assert float(cell) == float(hectares * 15)
