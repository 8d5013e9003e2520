"""One file hands a scenario on; whoever brings it back knows that nothing was changed."""

from __future__ import annotations

import hashlib
import zipfile

import pyogrio
import pytest
from scenario_samples import a_portfolio

from platforms.errors import FormatError, InputError, OutputError, StoreError
from platforms.planning.scenarios.fingerprint import table_hash
from platforms.store.exchange import read_zip
from platforms.store.opening import open_store


@pytest.fixture
def exported(opened, tmp_path):
    store = opened("here")
    made = a_portfolio([("x", True, 5.0), ("y", False, 3.0)], parameters={"target_mu": 4.0})
    store.keep(made, name="甲", author="王", note="备注")
    return store.export("甲", tmp_path / "a.zip")


@pytest.fixture
def other(opened):
    return opened("here", "two")


def rewritten(path, change):
    """Write the file again with other content and hashes that fit."""
    with zipfile.ZipFile(path) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    change(files)
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return path


def resummed(files):
    sums = [
        f"{hashlib.sha256(data).hexdigest()}  {name}\n"
        for name, data in files.items()
        if name != "SHA256SUMS"
    ]
    files["SHA256SUMS"] = "".join(sums).encode()


def test_what_was_written_is_brought_back_the_same(exported, other):
    kept = other.bring(exported, by="李")
    # whoever brings it answers for it; what the file says of itself is said as such
    assert (kept.name, kept.author) == ("甲", "李")
    assert kept.note.startswith("备注\n")
    assert "所述" in kept.note
    assert "作者 王" in kept.note
    assert kept.scenario.figures["land_mu"] == 5.0
    assert other.history("甲")["what"].tolist() == ["keep", "bring"]
    assert other.history("甲")["became"].iloc[1] == "a.zip"
    with pytest.raises(InputError) as caught:
        other.bring(exported)
    assert caught.value.key == "store.name_taken"
    assert other.bring(exported, name="乙").scenario == kept.scenario


def test_the_same_content_gives_the_same_file(opened, exported, tmp_path):
    store = opened("here")
    again = store.export("甲", tmp_path / "b.zip")
    assert again.read_bytes() == exported.read_bytes()
    with pytest.raises(OutputError):
        store.export("甲", again)
    store.export("甲", again, overwrite=True)


def test_others_can_read_the_tables_and_check_the_hashes(exported, tmp_path):
    with zipfile.ZipFile(exported) as packed:
        packed.extractall(tmp_path / "open")
    lines = (tmp_path / "open" / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    for sha256, _, name in (line.partition("  ") for line in lines):
        data = (tmp_path / "open" / name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == sha256
    assert (tmp_path / "open" / "plots.csv").read_text(encoding="utf-8-sig").startswith("plot_id")


def test_tables_with_shapes_are_in_a_geopackage(tmp_path, example):
    from platforms.planning.scenarios.making import scenario_of

    made = scenario_of(example, workspace="here")
    store = open_store("here", tmp_path)
    store.keep(made, name="run")
    with zipfile.ZipFile(store.export("run", tmp_path / "r.zip")) as packed:
        packed.extract("tables.gpkg", tmp_path)
    assert pyogrio.list_layers(tmp_path / "tables.gpkg")[:, 0].tolist() == ["plots"]
    read = open_store("here", tmp_path / "two").bring(tmp_path / "r.zip").scenario
    assert read.scenario_id == made.scenario_id
    assert {n: table_hash(t) for n, t in read.tables.items()} == {
        n: table_hash(t) for n, t in made.tables.items()
    }


@pytest.mark.parametrize("fits", [False, True], ids=["hashes as they were", "hashes made to fit"])
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("scenario.json", b'"land_mu": 5.0', b'"land_mu": 6.0'),
        ("scenario.json", b'"target_mu": 4.0', b'"target_mu": 3.0'),
    ],
)
def test_a_file_that_was_changed_is_refused(exported, other, fits, name, old, new):
    def change(files):
        assert old in files[name]
        files[name] = files[name].replace(old, new)
        if fits:
            resummed(files)

    with pytest.raises(StoreError) as caught:
        other.bring(rewritten(exported, change))
    assert caught.value.key == "store.tampered"
    assert "scenario.json" in caught.value.message("en")
    assert other.scenarios().empty


def test_a_table_that_was_changed_is_refused_though_its_sum_fits(exported, other):
    from platforms.store.frames import from_bytes, to_bytes

    def change(files):
        table = from_bytes(files["tables/plots.parquet"], path="x")
        table["land_mu"] = table["land_mu"] + 1
        files["tables/plots.parquet"] = to_bytes(table)
        resummed(files)

    with pytest.raises(StoreError) as caught:
        other.bring(rewritten(exported, change))
    assert caught.value.key == "store.tampered"
    assert "plots" in str(caught.value)


def test_copies_for_other_readers_must_hold_what_the_tables_hold(tmp_path, exported, other):
    def change(files):
        files["plots.csv"] = files["plots.csv"].replace(b"5.0", b"6.0")
        resummed(files)

    with pytest.raises(StoreError) as caught:
        other.bring(rewritten(exported, change))
    assert caught.value.key == "store.tampered"
    assert "plots.csv" in str(caught.value)


def test_a_geopackage_that_was_changed_is_refused_though_its_sum_fits(tmp_path, example):
    import sqlite3

    from platforms.planning.scenarios.making import scenario_of

    store = open_store("here", tmp_path / "one")
    store.keep(scenario_of(example, workspace="here"), name="run")
    path = store.export("run", tmp_path / "r.zip")

    def change(files):
        (tmp_path / "t.gpkg").write_bytes(files["tables.gpkg"])
        with sqlite3.connect(tmp_path / "t.gpkg") as base:
            # they call for functions that only GDAL has
            told = base.execute("select name from sqlite_master where type = 'trigger'")
            for (name,) in told.fetchall():
                base.execute(f'drop trigger "{name}"')
            base.execute("update plots set verdict = 'not' where verdict = 'low_efficiency'")
        base.close()
        files["tables.gpkg"] = (tmp_path / "t.gpkg").read_bytes()
        resummed(files)

    with pytest.raises(StoreError) as caught:
        open_store("here", tmp_path / "two").bring(rewritten(path, change))
    assert caught.value.key == "store.tampered"
    assert "tables.gpkg" in str(caught.value)


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\u0007", "\u2028x\u2066"])
def test_names_with_signs_that_nobody_sees_are_refused(other, sign):
    with pytest.raises(InputError) as caught:
        other.keep(a_portfolio([("x", True, 5.0)]), name=f"甲{sign}乙")
    assert caught.value.key == "store.name_unseen"


def test_names_that_differ_by_case_or_width_are_one(other):
    other.keep(a_portfolio([("x", True, 5.0)]), name="Plan A")
    for name in ("plan a", "Ｐｌａｎ　Ａ"):
        with pytest.raises(InputError) as caught:
            other.keep(a_portfolio([("x", True, 5.0)]), name=name)
        assert caught.value.key == "store.name_taken"
    # its own name may be written otherwise
    other.rename("Plan A", "PLAN A")
    assert other.kept("PLAN A").name == "PLAN A"


def cut_sums(files):
    del files["SHA256SUMS"]


def add_one(files):
    files["more.txt"] = b"x"


def break_table(files):
    files["tables/plots.parquet"] = b"x"
    resummed(files)


def lose_table(files):
    del files["tables/plots.parquet"]
    resummed(files)


def break_record(files):
    files["scenario.json"] = b"{}"
    resummed(files)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (cut_sums, "store.not_exported"),
        (add_one, "store.tampered"),
        (break_table, "store.record_broken"),
        (lose_table, "store.record_broken"),
        (break_record, "store.not_exported"),
    ],
)
def test_broken_files_are_refused(exported, other, change, key):
    with pytest.raises(StoreError) as caught:
        other.bring(rewritten(exported, change))
    assert caught.value.key == key
    assert caught.value.message("en") != caught.value.message("zh_CN")


def test_files_of_another_kind_are_refused(tmp_path, other):
    with pytest.raises(StoreError) as caught:
        other.bring(tmp_path / "none.zip")
    assert caught.value.key == "store.no_file"
    (tmp_path / "x.zip").write_bytes(b"PK but no zip")
    with pytest.raises(StoreError) as caught:
        other.bring(tmp_path / "x.zip")
    assert caught.value.key == "store.not_exported"
    with pytest.raises(StoreError) as caught:
        other.bring(tmp_path)
    assert caught.value.key == "store.unreadable"


def test_a_scenario_of_another_workspace_is_refused(exported, tmp_path):
    with pytest.raises(InputError, match="here") as caught:
        open_store("there", tmp_path / "three").bring(exported)
    assert caught.value.key == "store.other_workspace"


@pytest.mark.parametrize("name", ["s.zip", "S.ZIP"])
def test_a_file_that_reaches_out_of_its_folder_is_refused_under_its_own_name(tmp_path, name):
    path = tmp_path / name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../x", "1")
    with pytest.raises(FormatError) as caught:
        read_zip(path)
    assert name in str(caught.value)
    assert f"{name}.zip" not in str(caught.value)
