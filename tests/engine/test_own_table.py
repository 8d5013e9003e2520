"""The store's own table is no table of plots: its attributes are not columns."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from platforms.engine.postgis import open_table
from platforms.errors import InputError
from platforms.store.opening import open_store


def test_the_table_of_the_store_is_refused(postgis):
    database = postgis.database()
    address = postgis.address(database)
    box = shapely.box(121.0, 28.0, 121.001, 28.001)
    plots = gpd.GeoDataFrame({"plot_id": ["A"]}, geometry=[box], crs="EPSG:4490")
    open_store("here", address).plots.take(plots, by="王")
    joint = "&" if "?" in address else "?"
    with pytest.raises(InputError) as caught:
        open_table(f"{address}{joint}table=plot&geom=shape")
    assert caught.value.key == "engine.own_table"
    assert "store:" in caught.value.message("en")
    postgis.give_back(database)
