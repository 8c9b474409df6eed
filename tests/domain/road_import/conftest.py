from pathlib import Path

import pytest

from coop_service.domain.road_import.ways import make_graph
from coop_service.files.osm import read_ways

SMALL = Path(__file__).parents[2] / "data" / "small_county.osm.xml"


@pytest.fixture(scope="session")
def small_ways():
    """The hand-written extract."""
    return read_ways(SMALL)


@pytest.fixture
def small_graph(small_ways):
    return make_graph(small_ways)
