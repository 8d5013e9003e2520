"""The stored list of drivers against the GDAL that is installed."""

from __future__ import annotations

import pytest

from platforms.geo.ingest.drivers import DRIVERS, KNOWN, drivers_here

BOTH = ["geojson", "raster"]


@pytest.mark.parametrize("kind", BOTH)
def test_every_driver_of_the_installed_gdal_is_known(kind):
    # a driver that an update brings must be looked at before a worker may meet it
    assert drivers_here(kind) - KNOWN == set()


@pytest.mark.parametrize("kind", DRIVERS)
def test_what_is_needed_is_there(kind):
    assert DRIVERS[kind] <= KNOWN
    assert DRIVERS[kind] <= drivers_here(kind)
