"""The tree in the app is the tree of ``platforms assess --explain``, word for word."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

import platforms as ip
from platforms import messages
from platforms.app.detail import detail
from platforms.app.rules.explain_tree import explained, tree
from platforms.app.scene import Scene
from platforms.app.state import Pick
from platforms.app.tables import layer_table

_TAG = re.compile(r"<b[^>]*>([^<]*)</b>")


def _words(markup: str) -> str:
    """The text of the tree without spaces, marks of the result in brackets as the CLI has them."""
    bracketed = _TAG.sub(r"[\1]", markup)
    return "".join(html.unescape(re.sub(r"<[^>]+>", "", bracketed)).split())


def _one(scene, verdict):
    plots = scene.run.plots
    return str(plots.loc[plots["verdict"].eq(verdict), "plot_id"].iloc[0])


@pytest.mark.parametrize("lang", messages.LANGUAGES)
@pytest.mark.parametrize("verdict", ["low_efficiency", "not", "unknown"])
def test_every_line_of_the_command_line_stands_in_the_tree_in_its_order(scene, verdict, lang):
    before = messages.language()
    messages.set_language(lang)
    try:
        told = explained(scene, _one(scene, verdict))
        shown, lines = tree(told), told.to_text().splitlines()
        heading = messages.text("app.detail.trace")
    finally:
        messages.set_language(before)
    assert _words(shown) == "".join((heading + "".join(lines)).split())


def test_a_rule_that_hits_stands_open_and_conditions_fold(scene):
    shown = tree(explained(scene, _one(scene, "low_efficiency")))
    rules = re.findall(r'<details( open="open")?><summary><span><b class="ip-(\w+)">', shown)
    assert rules[0][0] == ' open="open"'
    assert '<p class="ip-parameter">' in shown
    # a rule that does not hit is folded at first
    closed = tree(explained(scene, _one(scene, "not")))
    assert closed.startswith("<section")
    assert re.search(r'<details><summary><span><b class="ip-not">', closed)


def test_rules_that_are_not_in_force_are_listed(scene):
    day = scene.run.pack.valid_from.replace(year=scene.run.pack.valid_from.year - 5)
    early = Scene(replace(scene.run, pack=scene.run.pack.on(day)), scene.document, "zh_CN")
    told = explained(early, _one(scene, "not"))
    assert len(told.dormant) == len(scene.run.pack.rules)
    assert all(str(rule["text"]) in html.unescape(tree(told)) for rule in told.dormant)


@pytest.mark.long
@pytest.mark.parametrize(
    ("pack", "words"),
    [
        ("yueqing-2022", {"低效", "非低效", "情况不明"}),
        ("idle-land-53", {"闲置", "不符合", "情况不明"}),
        ("yueqing-two-high", {"须市级审查", "须省级审查", "不符合", "情况不明"}),
    ],
)
def test_verdicts_are_named_by_the_pack_in_panel_and_table(example, pack, words):
    run = ip.run(example.workspace, rules=pack)
    scene = Scene(run, ip.run_document(run), "zh_CN")
    assert set(layer_table(scene, "plots", ("verdict",))["认定结果"]) == words
    for verdict in run.plots["verdict"].unique():
        found = detail(scene, Pick("plots", _one(scene, verdict)))
        assert found.verdict == verdict
        assert found.verdict_text in words
