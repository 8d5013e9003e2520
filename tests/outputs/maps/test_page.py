from __future__ import annotations

import base64
import hashlib
import html
import json
import re

import folium
import pytest

import map_samples as samples
from platforms.errors import MissingPartError, OutputError
from platforms.outputs.maps import page as page_module
from platforms.outputs.maps.folium_map import build_map
from platforms.outputs.maps.page import render_page, runtime_assets, save_html

DATA = re.compile(
    r'<script type="application/json" id="platforms-document">(.*?)</script>', re.DOTALL
)


@pytest.fixture(scope="module")
def hostile():
    return samples.hostile_document()


def test_policy_allows_our_script_by_its_hash_and_no_request():
    text = render_page(samples.document())
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text).group(1)
    script = text.rsplit("<script>", 1)[1].split("</script>", 1)[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "connect-src 'none'" in policy
    assert "unsafe-inline" not in policy.split("style-src")[0]


def test_nothing_is_loaded_from_elsewhere():
    text = render_page(samples.document())
    shell = DATA.sub("", text)
    assert not re.search(r'<(?:script|img|iframe|link)[^>]+(?:src|href)="(?!data:)', shell)
    assert not re.search(r"url\((?!\"?data:|\"?#)", runtime_assets("page")[1])


def test_hostile_text_stays_inside_its_block(hostile):
    text = render_page(hostile)
    block = DATA.search(text).group(1)
    assert not set("<>&\u2028\u2029") & set(block)
    assert json.loads(block) == json.loads(hostile.to_json())
    # title, data and nothing else hold the document's words
    title = re.search(r"<title>(.*?)</title>", text, re.DOTALL).group(1)
    assert html.unescape(title) == hostile.content["title"]
    assert "<img" not in title
    assert text.count("<script") == 2


def test_templates_in_text_are_not_evaluated(hostile):
    text = render_page(hostile)
    assert "{{7*7}}" in DATA.search(text).group(1)
    assert "{{7*7}}" in text.split("<title>")[1].split("</title>")[0]


def test_file_is_whole_or_absent(tmp_path):
    document = samples.document()
    path = save_html(document, tmp_path / "map.html")
    assert path.read_text(encoding="utf-8") == render_page(document)
    with pytest.raises(OutputError):
        save_html(document, path, overwrite=False)
    assert [p.name for p in tmp_path.iterdir()] == ["map.html"]


def test_missing_runtime_says_how_to_build_it(monkeypatch, tmp_path):
    runtime_assets.cache_clear()
    monkeypatch.setattr(page_module.resources, "files", lambda _: tmp_path)
    with pytest.raises(MissingPartError, match="make setup"):
        runtime_assets("component")
    monkeypatch.undo()
    runtime_assets.cache_clear()
    assert "export" in runtime_assets("component")[0]


def test_folium_map_shows_and_saves_our_page_only(hostile, tmp_path):
    shown = build_map(hostile)
    assert isinstance(shown, folium.Map)
    shown.save(tmp_path / "map.html")
    assert (tmp_path / "map.html").read_text(encoding="utf-8") == render_page(hostile)
    frame = shown._repr_html_()
    source = re.search(r'srcdoc="([^"]*)"', frame).group(1)
    assert html.unescape(source) == render_page(hostile)
    assert "allow-same-origin" not in frame


def test_payload_of_a_county_is_small():
    text = render_page(samples.document(samples.plots_layer(names=tuple(map(str, range(1200))))))
    assert len(text.encode()) < 400_000
