"""Finding sites: by code, by name and township, by position."""

from collections import Counter
from pathlib import Path

import pytest

from coop_service.domain.coordinates import Crs, from_wgs84
from coop_service.domain.records import CoordKind, Site, Tier
from coop_service.domain.sheets.site_matching import NoSite, SiteIndex, read_position
from coop_service.files.network_folder import read_network_folder

FOLDER = Path(__file__).parents[3] / "network_data" / "dashiqiao"


def site(code, name, tier, parent, lon=122.5, lat=40.6):
    return Site(
        code=code,
        name=name,
        tier=tier,
        kind="test",
        parent=parent,
        lon=lon,
        lat=lat,
        coord_kind=CoordKind.REAL,
        population=0,
        population_kind="test",
        open_s=0,
        close_s=86_400,
        service_mode=None,
        source="test",
    )


@pytest.fixture
def index():
    return SiteIndex(
        [
            site("C", "甲县", Tier.CENTRE, None),
            site("T1", "东山镇", Tier.STATION, "C", 122.6),
            site("T2", "西河乡", Tier.STATION, "C", 122.4),
            site("V1", "王家村", Tier.VILLAGE_POINT, "T1", 122.61),
            site("V2", "王家村", Tier.VILLAGE_POINT, "T2", 122.41),
            site("V3", "李家社区", Tier.VILLAGE_POINT, "T1", 122.62),
            site("V4", "大岭（北）村", Tier.VILLAGE_POINT, "T2", 122.42),
            site("V5", "李家村", Tier.VILLAGE_POINT, "T1", 122.63),
            site("G", "王家村", Tier.GATEWAY, None, 122.9),
        ]
    )


def refusal(call, *arguments):
    with pytest.raises(NoSite) as caught:
        call(*arguments)
    return caught.value


def test_a_name_in_its_township_is_one_site(index):
    assert index.by_name("王家村", "东山镇").code == "V1"
    assert index.by_name("王家村", "西河").code == "V2"
    assert index.by_name("王家村", "T2").code == "V2"
    assert index.by_name("东山镇", "东山镇").code == "T1"


def test_endings_and_width_do_not_matter(index):
    assert index.by_name("王家村民委员会", "东山镇").code == "V1"
    assert index.by_name("王家 村委会", "东山").code == "V1"
    assert index.by_name("大岭(北)").code == "V4"
    assert index.by_name("东山镇王家村").code == "V1"


def test_a_name_as_written_comes_before_one_without_endings(index):
    assert index.by_name("李家社区", "东山镇").code == "V3"
    assert index.by_name("李家村").code == "V5"


def test_several_candidates_are_listed_and_none_is_taken(index):
    error = refusal(index.by_name, "王家村")
    assert (error.code, error.field) == ("ambiguous_site", "site_name")
    assert "王家村(东山镇,V1)" in error.wrong
    assert "王家村(西河乡,V2)" in error.wrong
    assert "V1, V2" in error.wrong
    assert refusal(index.by_name, "李家", "东山镇").code == "ambiguous_site"


def test_an_unknown_name_is_told_with_those_like_it(index):
    error = refusal(index.by_name, "大岭北沟村", "西河乡")
    assert error.code == "unknown_site"
    assert "V4" in error.right


def test_an_unknown_township_is_told_at_the_township(index):
    error = refusal(index.by_name, "王家村", "南山镇")
    assert (error.code, error.field) == ("unknown_township", "township")
    assert "东山镇" in error.right
    assert refusal(index.by_name, "王家村", "南山镇", "a", "b").field == "b"


def test_a_text_may_be_a_code_a_name_or_both_parts(index):
    assert index.find("V4", "depot").code == "V4"
    assert index.find("县中心", "depot").code == "C"
    assert index.find("西河乡/王家村", "depot").code == "V2"
    assert refusal(index.find, "V4", "depot", (Tier.CENTRE, Tier.STATION)).code == "wrong_tier"


def test_a_position_is_the_nearest_site_within_the_limit(index):
    found, away_m = index.nearest(122.601, 40.6, 1000)
    assert found.code == "T1"
    assert 84 < away_m < 85
    error = refusal(index.nearest, 122.8, 40.6, 1000)
    assert error.code == "no_site_near"
    assert "V5" in error.wrong


def test_two_sites_at_one_place_cannot_be_told_apart_by_position():
    pair = [site("A", "甲", Tier.CENTRE, None), site("B", "乙", Tier.STATION, "A")]
    assert refusal(SiteIndex(pair).nearest, 122.5, 40.6, 1000).code == "ambiguous_site"


def test_every_site_with_a_place_of_its_own_is_found_by_its_position_in_any_system():
    sites = [s for s in read_network_folder(FOLDER).sites if s.tier is not Tier.GATEWAY]
    index = SiteIndex(sites)
    shared = Counter((s.lon, s.lat) for s in sites)
    alone = [s for s in sites if shared[s.lon, s.lat] == 1]
    assert len(alone) > 200
    for crs in Crs:
        for each in alone[::9]:
            at = read_position(*from_wgs84(each.lon, each.lat, crs), crs)
            found, away_m = index.nearest(*at, 50)
            assert found.code == each.code
            assert away_m < 0.1


def test_every_village_of_the_county_is_found_by_name_and_township():
    sites = read_network_folder(FOLDER).sites
    names = {s.code: s.name for s in sites}
    index = SiteIndex(sites)
    for each in sites:
        if each.tier is Tier.VILLAGE_POINT:
            assert index.by_name(each.name, names[each.parent]).code == each.code


@pytest.mark.parametrize(
    ("lon", "lat", "field", "code"),
    [
        (40.6, 122.5, "lon", "swapped_coordinates"),
        (12.5, 40.6, "lon", "out_of_range"),
        (122.5, 60.0, "lat", "out_of_range"),
        (float("nan"), 40.6, "lon", "out_of_range"),
    ],
)
def test_a_position_outside_china_is_refused(lon, lat, field, code):
    error = refusal(read_position, lon, lat, Crs.WGS84)
    assert (error.field, error.code) == (field, code)
