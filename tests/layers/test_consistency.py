"""A layer beside the others: what lies outside the county is told to whoever reads it."""

from __future__ import annotations

import geopandas as gpd

import platforms as ip
from platforms.layers.consistency import check_inside
from platforms.layers.tables import STORED_CRS, Faults


def test_the_county_is_named_in_the_language_of_each_reader(yueqing):
    away = gpd.points_from_xy([120.9, 121.5], [28.1, 28.1])
    frame = gpd.GeoDataFrame({"platform_id": ["A", "B"]}, geometry=away, crs=STORED_CRS)
    told = []
    for lang in ("zh_CN", "en"):
        ip.set_language(lang)
        faults = Faults("platforms.csv")
        check_inside(frame, yueqing.card("platforms"), yueqing.outline, faults)
        ((entry, fields),) = faults.found
        assert (entry, fields["row"], fields["feature"]) == ("geometry_outside", 3, "B")
        told.append(fields["county"])
    assert told == [yueqing.plan.name.zh, yueqing.plan.name.en]
