"""GCJ-02 and BD-09 against pairs that others have published, and against themselves."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coop_service.domain.coordinates import Crs, from_wgs84, to_wgs84

# Longitude and latitude. The first three are the test set of "eviltransform", the fourth that of
# "coordtransform".
WGS84_AND_GCJ02 = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
]

# The test set of "geotool".
WGS84_AND_BD09 = [((121.0917077, 30.6107779), (121.10271732371203, 30.61484572185035))]


def metres(a, b):
    north = math.radians(b[1] - a[1]) * 6_371_000
    east = math.radians(b[0] - a[0]) * 6_371_000 * math.cos(math.radians(a[1]))
    return math.hypot(east, north)


@pytest.mark.parametrize(("wgs84", "gcj02"), WGS84_AND_GCJ02)
def test_gcj02_is_that_of_published_pairs_both_ways(wgs84, gcj02):
    assert metres(from_wgs84(*wgs84, Crs.GCJ02), gcj02) < 0.01
    assert metres(to_wgs84(*gcj02, Crs.GCJ02), wgs84) < 0.01


@pytest.mark.parametrize(("wgs84", "bd09"), WGS84_AND_BD09)
def test_bd09_is_that_of_published_pairs_both_ways(wgs84, bd09):
    assert metres(from_wgs84(*wgs84, Crs.BD09), bd09) < 0.01
    assert metres(to_wgs84(*bd09, Crs.BD09), wgs84) < 0.01


@given(st.floats(73.0, 136.0), st.floats(3.0, 54.0), st.sampled_from([Crs.GCJ02, Crs.BD09]))
def test_the_way_back_leads_to_where_one_came_from(lon, lat, crs):
    there = from_wgs84(lon, lat, crs)
    assert metres(to_wgs84(*there, crs), (lon, lat)) < 0.001
    assert 10 < metres(there, (lon, lat)) < 2500


def test_wgs84_stays_as_it_is():
    assert to_wgs84(122.5, 40.6, Crs.WGS84) == (122.5, 40.6)
    assert from_wgs84(122.5, 40.6, Crs.WGS84) == (122.5, 40.6)
