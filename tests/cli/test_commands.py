from __future__ import annotations

import json

import pytest

import platforms as ip
from platforms.cli import main
from platforms.units import half_up


def _call(capsys, *arguments):
    status = main(list(arguments))
    out = capsys.readouterr()
    return status, out.out, out.err


def test_run_prints_one_json_object_and_writes_its_outputs(capsys, tmp_path):
    status, out, err = _call(capsys, "run", "-o", str(tmp_path / "out"), "--json")
    record = json.loads(out)
    assert status == 0, err
    assert {k: record["counts"][k] for k in ("platforms", "projects", "firms", "towns")} == {
        "platforms": 27, "projects": 32, "firms": 38, "towns": 25,
    }  # fmt: skip
    assert record["counts"]["layout_units"] == 5
    assert record == json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))


def test_run_says_in_words_what_it_did(capsys, tmp_path, example):
    status, out, _ = _call(capsys, "run", "-o", str(tmp_path / "out"))
    assert status == 0
    assert f"{example.figures['reclaimable_mu']:,.2f}" in out
    assert "示例数据" in out


def test_run_takes_the_users_file(capsys, tmp_path, plots_file):
    status, out, err = _call(
        capsys, "run", "--plots", str(plots_file), "-o", str(tmp_path / "out"), "--json"
    )
    assert status == 0, err
    record = json.loads(out)
    assert record["counts"]["plots"] == 2
    assert record["sample"] is False
    assert record["input"]["name"] == plots_file.name


def test_measure_prints_the_golden_vectors(capsys, plots_file):
    status, out, err = _call(capsys, "measure", str(plots_file), "--json")
    assert status == 0, err
    record = json.loads(out)
    assert [row["area_m2"] for row in record["plots"]] == [9997.63, 24994.43]
    assert record["total"]["area_m2"] == 34992.06
    assert record["source"]["crs_basis"]


def test_measure_and_run_agree_to_the_last_digit(capsys, tmp_path, plots_file):
    _, measured, _ = _call(capsys, "measure", str(plots_file), "--json")
    _, ran, _ = _call(
        capsys, "run", "--plots", str(plots_file), "-o", str(tmp_path / "o"), "--json"
    )
    total, run = json.loads(measured)["total"], json.loads(ran)
    assert half_up(total["area_mu"], 2) == run["area_mu"]


@pytest.mark.parametrize("command", ["check", "assess", "reclaim", "assign"])
def test_each_command_answers_in_words_and_in_json(capsys, plots_file, command):
    status, out, err = _call(capsys, command, str(plots_file))
    assert status == 0, err
    assert out.strip()
    status, out, err = _call(capsys, command, str(plots_file), "--json")
    assert status == 0, err
    assert isinstance(json.loads(out), dict)


def test_assess_names_each_rule_and_what_is_missing(capsys, plots_file):
    _, out, _ = _call(capsys, "assess", str(plots_file), "--json")
    record = json.loads(out)
    assert record["pack"] == "yueqing-2022"
    assert record["total"] == {"low_efficiency": 0, "not": 0, "unknown": 2}
    rules = record["plots"][0]["rules"]
    assert {rule["result"] for rule in rules} == {"unknown"}
    assert all(rule["missing"] for rule in rules)


def test_assess_lists_the_first_plots_and_ends_with_the_sums(capsys, tmp_path, example):
    file = tmp_path / "many.gpkg"
    ip.write_plots(example.plots.head(25), file)
    _, out, _ = _call(capsys, "assess", str(file))
    lines = out.splitlines()
    assert sum(line.startswith("SP-") for line in lines) == 20
    assert "其余 5 宗未列出" in lines[-2]
    assert "规则包" in lines[-1]
    _, out, _ = _call(capsys, "assess", str(file), "-o", str(tmp_path / "o.gpkg"))
    assert f"其余 5 宗见 {tmp_path / 'o.gpkg'}" in out


def test_assess_explains_one_plot(capsys, plots_file):
    status, out, _ = _call(capsys, "assess", str(plots_file), "--explain", "A")
    assert status == 0
    assert "10万元/亩" in out
    assert "腾笼换鸟" in out


def test_reclaim_takes_constraints_in_their_order(capsys, plots_file, limit_file):
    status, out, err = _call(
        capsys, "reclaim", str(plots_file), "--constraint", f"river={limit_file}", "--json"
    )
    assert status == 0, err
    plot = json.loads(out)["plots"][0]
    assert plot["gross_m2"] == 9997.63
    # the strip takes a tenth of the square
    assert plot["deductions"]["river"] == pytest.approx(999.76, abs=0.02)
    assert plot["net_m2"] + plot["deductions"]["river"] == pytest.approx(9997.63, abs=1e-9)


def test_targets_are_listed(capsys):
    status, out, _ = _call(capsys, "targets", "--json")
    assert status == 0
    rows = json.loads(out)["targets"]
    assert {"id", "doc", "row", "indicator", "year", "value", "unit", "operator", "responsible",
            "computed", "reported", "gap"} <= set(rows[0])  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "status", "expected"),
    [
        (("measure", "nowhere.zip"), 1, "nowhere.zip"),
        (("measure", "x.zip", "--workspace", "atlantis"), 1, "yueqing"),
        (("run",), 2, "-o"),
        (("reclaim", "x.zip", "--constraint", "river"), 2, "river"),
        (("fly",), 2, "fly"),
        (("measure",), 2, "FILE"),
    ],
)
def test_a_mistake_gets_one_kind_message(
    capsys, tmp_path, monkeypatch, arguments, status, expected
):
    monkeypatch.chdir(tmp_path)
    found, out, err = _call(capsys, *arguments)
    assert found == status
    assert expected in err
    assert "Traceback" not in err + out
    assert list(tmp_path.iterdir()) == []


def test_a_fault_of_the_program_is_a_sentence_not_a_traceback(capsys, monkeypatch):
    import platforms

    def broken(*_args, **_kwargs):
        raise ZeroDivisionError("x")

    monkeypatch.setattr(platforms.Workspace, "open", broken)
    status, _, err = _call(capsys, "targets")
    assert status == 1
    assert "ZeroDivisionError" in err
    assert "Traceback" not in err


def test_init_copies_a_workspace_that_runs(capsys, tmp_path):
    folder = tmp_path / "mycity"
    assert _call(capsys, "init", str(folder))[0] == 0
    assert (folder / "layers" / "plan.yaml").is_file()
    status, out, err = _call(
        capsys, "run", "--workspace", str(folder), "-o", str(tmp_path / "out"), "--json"
    )
    assert status == 0, err
    assert json.loads(out)["workspace"] == "mycity"
    assert _call(capsys, "init", str(folder))[0] == 1


def test_assess_tells_what_another_reading_changes(capsys, plots_file, tmp_path):
    status, out, err = _call(
        capsys, "assess", str(plots_file), "--against", "2022", "--set", "tax_floor=5", "--json",
        "-o", str(tmp_path / "diff.csv"),
    )  # fmt: skip
    assert status == 0, err
    record = json.loads(out)
    assert record["left"]["settings"]["tax_floor"] == 10
    assert record["right"]["settings"]["tax_floor"] == 5
    assert record["plots"] == []
    assert sum(pair["plots"] for pair in record["total"]) == 2
    assert {"left", "right", "change"} <= set(
        (tmp_path / "diff.csv").read_text("utf-8-sig").splitlines()[0].split(",")
    )


def test_assess_by_a_national_pack_on_a_day(capsys, plots_file):
    words = ("assess", str(plots_file), "--rules", "idle-land-53", "--on", "2024-06-30")
    status, out, err = _call(capsys, *words, "--json")
    assert status == 0, err
    assert json.loads(out)["total"] == {"idle": 0, "not": 0, "unknown": 2}
    status, out, err = _call(capsys, *words)
    assert status == 0, err
    assert "闲置 0 宗" in out
    assert "认定日 2024-06-30" in out
    status, out, _ = _call(capsys, *words, "--explain", "A", "--json")
    assert status == 0
    assert json.loads(out)["judged_on"] == "2024-06-30"


def test_assess_refuses_a_setting_that_the_pack_does_not_have(capsys, plots_file):
    status, out, err = _call(capsys, "assess", str(plots_file), "--set", "floor=5")
    assert status == 1
    assert not out
    assert "tax_floor" in err
