"""What a tile setting may say, and what is refused before a browser asks anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import platforms as ip
from platforms.errors import CardError

OWN = {
    "id": "own",
    "title": {"zh": "自建影像", "en": "Own imagery"},
    "datum": "wgs84",
    "tiles": ["https://tiles.example.gov/{z}/{x}/{y}.png"],
    "attribution": "某局",
}
TIANDITU = {
    **OWN,
    "id": "tianditu",
    "datum": "cgcs2000",
    "tiles": ["https://t{s}.tianditu.gov.cn/DataServer?T=img_w&x={x}&y={y}&l={z}&tk={key}"],
    "subdomains": ["0", "1"],
    "key": "PLATFORMS_TIANDITU_KEY",
}
AMAP = {
    **OWN,
    "id": "amap",
    "datum": "gcj02",
    "tiles": ["https://webrd0{s}.is.autonavi.com/appmaptile?style=8&x={x}&y={y}&z={z}"],
    "subdomains": ["1", "2"],
}


@pytest.fixture
def setting(tmp_path):
    """Read a setting of these sources."""

    def read(*sources):
        file = tmp_path / "tiles.yaml"
        file.write_text(json.dumps({"sources": list(sources)}), encoding="utf-8")
        return ip.read_tiles(file)

    return read


def test_nothing_set_asks_nothing(monkeypatch):
    monkeypatch.delenv("PLATFORMS_TILES", raising=False)
    assert ip.read_tiles() == ()
    assert ip.tile_hosts(()) == ()


def test_the_environment_names_the_file(monkeypatch, tmp_path):
    file = tmp_path / "t.yaml"
    file.write_text(json.dumps({"sources": [OWN]}), encoding="utf-8")
    monkeypatch.setenv("PLATFORMS_TILES", str(file))
    assert [source.id for source in ip.read_tiles()] == ["own"]


def test_only_the_servers_that_are_named_are_let_in(setting):
    sources = setting(
        OWN, TIANDITU, {**OWN, "id": "near", "tiles": ["http://127.0.0.1:8080/{z}/{x}/{y}"]}
    )
    assert ip.tile_hosts(sources) == (
        "http://127.0.0.1:8080",
        "https://t0.tianditu.gov.cn",
        "https://t1.tianditu.gov.cn",
        "https://tiles.example.gov",
    )


def test_the_map_gets_keys_and_whether_to_shift(setting):
    sources = setting(OWN, TIANDITU, AMAP)
    keyless = ip.tile_layers(sources, {}, "zh_CN")
    assert [(one["id"], one["shift"]) for one in keyless] == [("own", False), ("amap", True)]
    with_key = ip.tile_layers(sources, {"PLATFORMS_TIANDITU_KEY": "a b&x=1"}, "en")[1]
    # a key cannot change the rest of the address
    assert with_key["tiles"][0].endswith("&tk=a%20b%26x%3D1")
    assert with_key["title"] == "Own imagery"
    # and no source holds one
    assert "a b" not in repr(sources)
    json.dumps(with_key)


@pytest.mark.parametrize("datum", ["cgcs2000", "wgs84"])
@pytest.mark.parametrize(
    ("address", "subdomains"),
    [
        ("https://webrd0{s}.is.autonavi.com/appmaptile?x={x}&y={y}&z={z}", ["1"]),
        ("https://WEBST01.IS.AutoNavi.com./tile/{z}/{x}/{y}", []),
        ("https://{s}.com/{z}/{x}/{y}", ["amap"]),
        ("https://tiles.example.gov/proxy/appmaptile?x={x}&y={y}&z={z}", []),
        ("https://rt0.map.gtimg.com/tile?z={z}&x={x}&y={y}", []),
    ],
)
def test_tiles_known_to_be_gcj02_are_refused_as_anything_else(setting, address, subdomains, datum):
    wrong = {**OWN, "tiles": [OWN["tiles"][0], address], "subdomains": subdomains, "datum": datum}
    if subdomains:
        wrong["tiles"] = [address]
    with pytest.raises(CardError) as refused:
        setting(wrong)
    assert refused.value.key == "tiles.gcj_undeclared"
    assert "datum: gcj02" in refused.value.message("zh_CN")


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"datum": "bd09"}, "bd09"),
        ({"tiles": ["https://maponline0.bdimg.com/tile/?x={x}&y={y}&z={z}"]}, "bd09"),
        ({**TIANDITU, "datum": "gcj02"}, "not_gcj"),
        (
            {**TIANDITU, "tiles": [TIANDITU["tiles"][0].replace("img_w", "img_c")]},
            "degree_grid",
        ),
        ({"tiles": ["https://tiles.example.gov/{z}/{x}.png"]}, "fields"),
        ({"tiles": ["https://tiles.example.gov/{z}/{x}/{y}/{q}.png"]}, "fields"),
        ({"tiles": ["https://tiles.example.gov/{z}/{x}/{y}}.png"]}, "fields"),
        ({"tiles": ["https://{s}.example.gov/{z}/{x}/{y}.png"]}, "subdomains"),
        ({"subdomains": ["a"]}, "subdomains"),
        ({"tiles": ["https://tiles.example.gov/{z}/{x}/{y}?tk={key}"]}, "key_unnamed"),
        ({"tiles": ["https://tiles.example.gov/{z}/{x}/{y}?tk=SECRET7"]}, "key_written"),
        ({"tiles": ["https://tiles.example.gov/{z}/{x}/{y}?Access_Token=SECRET7"]}, "key_written"),
        ({"tiles": ["ftp://tiles.example.gov/{z}/{x}/{y}"]}, "address"),
        ({"tiles": ["https://SECRET7@tiles.example.gov/{z}/{x}/{y}"]}, "address"),
        ({"tiles": ["https://{x}.example.gov/{z}/{x}/{y}"]}, "address"),
        ({"tiles": ["https://tiles.example.gov; script-src */{z}/{x}/{y}"]}, "address"),
        ({"tiles": ["https://*/{z}/{x}/{y}"]}, "address"),
        ({"tiles": ["https://tiles.example.gov:port/{z}/{x}/{y}"]}, "address"),
        ({"min_zoom": 9, "max_zoom": 8}, "zooms"),
    ],
)
def test_what_cannot_be_used_is_refused_without_repeating_a_key(setting, change, key):
    with pytest.raises(CardError) as refused:
        setting({**OWN, **change})
    assert refused.value.key == f"tiles.{key}"
    for lang in ("zh_CN", "en"):
        assert "SECRET7" not in refused.value.message(lang)


@pytest.mark.parametrize(
    "change", [{"datum": None}, {"datum": "wgs72"}, {"key": "AWS_SECRET_KEY"}, {"token": "x"}]
)
def test_the_schema_asks_for_a_datum_and_for_keys_by_our_own_names(setting, change):
    with pytest.raises(CardError) as refused:
        setting({**OWN, **change})
    assert refused.value.key.startswith("layers.")


def test_a_source_has_to_say_its_datum(setting):
    with pytest.raises(CardError) as refused:
        setting({name: value for name, value in OWN.items() if name != "datum"})
    assert refused.value.key == "layers.key_missing"


def test_an_id_stands_once(setting):
    with pytest.raises(CardError) as refused:
        setting(OWN, OWN)
    assert refused.value.key == "tiles.id_twice"


def test_the_setting_in_the_docs_can_be_used_as_it_stands(tmp_path):
    page = (Path(__file__).parents[3] / "docs" / "tiles.md").read_text(encoding="utf-8")
    file = tmp_path / "tiles.yaml"
    file.write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    sources = ip.read_tiles(file)
    assert [source.id for source in sources] == ["tianditu", "bureau"]
    assert "http://10.1.2.3" in ip.tile_hosts(sources)
