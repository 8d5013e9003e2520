"""The committed files are what the recipe grows; another seed grows something else."""

import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely

from platforms.errors import UnknownWorkspaceError
from platforms.layers.workspace import Workspace
from platforms.sample import __main__ as sample_main
from platforms.sample import generate, load_recipe
from platforms.sample.files import FILES, write_sample


@pytest.fixture(scope="module")
def workspace():
    return Workspace.open("yueqing")


@pytest.fixture(scope="module")
def grown(workspace):
    return generate(workspace, load_recipe("yueqing"))


@pytest.fixture(scope="module")
def written(grown, tmp_path_factory):
    return write_sample(grown, tmp_path_factory.mktemp("sample"))


@pytest.mark.parametrize("layer", ["plots", "buildings", "constraints"])
def test_regeneration_gives_the_committed_geometry_and_attributes(workspace, written, layer):
    from platforms.layers.tables import read_geometry_file

    old = workspace.layer(layer)
    new = read_geometry_file(workspace.card(layer), written[layer])
    pd.testing.assert_frame_equal(
        pd.DataFrame(new.drop(columns="geometry")), pd.DataFrame(old.drop(columns="geometry"))
    )
    # 1e-8 degrees is about a millimetre
    assert shapely.equals_exact(
        shapely.normalize(new.geometry.to_numpy()),
        shapely.normalize(old.geometry.to_numpy()),
        tolerance=1e-8,
    ).all()


@pytest.mark.parametrize("layer", ["sample_firms", "sample_parks", "sample_links"])
def test_regeneration_gives_the_committed_tables(workspace, written, layer):
    assert written[layer].read_text("utf-8") == workspace.path(layer).read_text("utf-8")


def test_regeneration_gives_the_committed_terrain(workspace, written):
    with rasterio.open(workspace.path("dem")) as old, rasterio.open(written["dem"]) as new:
        assert old.transform == new.transform
        difference = np.abs(old.read(1).astype(int) - new.read(1).astype(int))
    assert difference.max() <= 1
    assert (difference > 0).mean() < 1e-4


def test_the_same_data_give_the_same_bytes(grown, written, tmp_path):
    again = write_sample(grown, tmp_path)
    assert set(again) == set(FILES)
    for layer, path in again.items():
        assert path.read_bytes() == written[layer].read_bytes(), layer


@pytest.mark.long
def test_another_seed_gives_other_land(workspace, grown):
    recipe = load_recipe("yueqing").model_copy(update={"seed": 7})
    other = generate(workspace, recipe)
    assert not other.plots.geometry.iloc[0].equals(grown.plots.geometry.iloc[0])
    shapes = other.plots.to_crs(recipe.crs).geometry.to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pair = left < right
    assert shapely.area(shapely.intersection(shapes[left[pair]], shapes[right[pair]])).max() < 1e-5


def test_unknown_city_names_the_known_ones(capsys):
    with pytest.raises(UnknownWorkspaceError, match="yueqing"):
        load_recipe("nowhere")
    assert sample_main.main(["nowhere"]) == 1
    assert "yueqing" in capsys.readouterr().err
    assert sample_main.main([]) == 2


def test_main_writes_into_a_folder(grown, tmp_path, capsys, monkeypatch):
    # what it grows was compared above
    monkeypatch.setattr(sample_main, "generate", lambda workspace, recipe: grown)
    assert sample_main.main(["yueqing", str(tmp_path)]) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(FILES.values())
    assert "sample_plots.gpkg" in capsys.readouterr().out
