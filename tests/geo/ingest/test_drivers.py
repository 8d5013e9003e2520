"""The stored list of drivers against the GDAL that is installed."""

from __future__ import annotations

import pyogrio

from platforms.geo.ingest.drivers import DRIVERS, KNOWN


def test_every_driver_of_the_installed_gdal_is_known():
    # a driver that an update brings must be looked at before a worker may meet it
    assert set(pyogrio.list_drivers()) - KNOWN == set()


def test_what_is_needed_is_there():
    needed = frozenset().union(*DRIVERS.values())
    assert needed <= KNOWN
    assert needed <= set(pyogrio.list_drivers())
