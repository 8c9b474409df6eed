import datetime as dt
import shutil
from collections import Counter
from pathlib import Path

import pytest

from coop_service.domain.records import CoordKind, ServiceMode, SiteState, Tier, VehicleSize
from coop_service.errors import InvalidInput
from coop_service.files.network_folder import read_network_folder

DEFAULT = Path(__file__).parents[2] / "network_data" / "dashiqiao"
YINGKOU = DEFAULT.parent / "yingkou"

SITES = """\
id,name,pinyin,tier,kind,parent,lon,lat,crs,coord_kind,population,population_kind,\
open,close,hours_kind,service_mode,service_mode_kind,source
C,中心,,0,county_centre,,122.50,40.60,WGS-84,real,10,real,06:00,20:00,assumption,,,test
S,乡镇,,1,town,C,122.52,40.60,WGS-84,real,10,real,07:00,19:00,assumption,coop_outlet,assumption,test
V,村,,2,village,S,122.54,40.60,WGS-84,synthetic,10,real,08:00,24:00,,mobile,assumption,test
"""
ROADS = """\
u,v,road_class,length_km,speed_kmh,synthetic,source,largest_vehicle,winter_factor,closed_periods
C,S,X,2.0,60,1,test,truck,1.05,
S,V,C,2.0004,20,0,test,micro,1.2,2026-12-01/2026-12-05; 2027-01-01/2027-01-01
"""
VANS = """\
code,name,size,kind,plate,plate_kind,home,payload_kg,volume_m3,temperatures,tags,\
shift_start,shift_end,fixed_yuan,per_km_yuan,per_hour_yuan,per_overtime_hour_yuan,\
max_overtime_min,range_km,max_trips,reload_min,active,default_costs
M1,微型车,micro,village_town,辽H·演示01,demo,S,600,4,ambient;chilled,narrow_road,\
07:00,17:30,60,0.55,25,,0,,1,20,1,1
"""


@pytest.fixture
def folder(tmp_path):
    """A faultless network folder of three sites, two roads and one van."""
    for name, text in (("sites.csv", SITES), ("roads.csv", ROADS), ("vehicles.csv", VANS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def change(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults_of(folder):
    with pytest.raises(InvalidInput) as caught:
        read_network_folder(folder)
    return [(fault.pointer, fault.code) for fault in caught.value.faults]


def test_a_small_folder_is_read_as_written(folder):
    read = read_network_folder(folder)
    assert [(site.code, site.tier, site.parent) for site in read.sites] == [
        ("C", Tier.CENTRE, None),
        ("S", Tier.STATION, "C"),
        ("V", Tier.VILLAGE_POINT, "S"),
    ]
    village = read.sites[2]
    assert (village.open_s, village.close_s) == (28_800, 86_400)
    assert village.service_mode is ServiceMode.MOBILE
    assert village.coord_kind is CoordKind.SYNTHETIC
    assert read.sites[1].custom == {"hours_kind": "assumption", "service_mode_kind": "assumption"}
    road = read.roads[1]
    assert (road.length_m, road.largest_vehicle, road.synthetic) == (
        2000,
        VehicleSize.MICRO,
        False,
    )
    assert [str(last) for _, last in road.closed_periods] == ["2026-12-05", "2027-01-01"]
    van = read.vans[0]
    assert (van.temperatures, van.tags) == (("ambient", "chilled"), ("narrow_road",))
    assert (van.shift_end_s, van.reload_s, van.range_m) == (63_000, 1200, None)
    assert van.per_overtime_hour_yuan is None
    assert van.default_costs


def test_a_road_may_be_one_way_in_an_optional_column(folder):
    lines = ROADS.splitlines()
    rows = [lines[0] + ",one_way_to", lines[1] + ",", lines[2] + ","]
    (folder / "roads.csv").write_text("\n".join(rows), encoding="utf-8")
    assert [road.one_way_to for road in read_network_folder(folder).roads] == [None, None]
    rows[2] = lines[2] + ",X"
    (folder / "roads.csv").write_text("\n".join(rows), encoding="utf-8")
    assert faults_of(folder) == [("roads.csv:3:one_way_to", "no_end_of_the_road")]
    rows[2] = lines[2] + ",V"
    (folder / "roads.csv").write_text("\n".join(rows), encoding="utf-8")
    assert faults_of(folder) == [("sites.csv:4:id", "no_way_back")]
    rows[2] = lines[2] + ",S"
    (folder / "roads.csv").write_text("\n".join(rows), encoding="utf-8")
    assert faults_of(folder) == [("sites.csv:4:id", "unreachable_site")]


def test_sites_and_vans_are_read_without_roads_where_these_are_still_to_come(folder):
    (folder / "roads.csv").unlink()
    read = read_network_folder(folder, with_roads=False)
    assert [site.code for site in read.sites] == ["C", "S", "V"]
    assert read.roads == ()
    assert faults_of(folder) == [("roads.csv:1:", "missing_file")]


def test_a_byte_order_mark_and_blank_lines_do_no_harm(folder):
    text = SITES.replace("\nS,", "\n\nS,")
    (folder / "sites.csv").write_text(text, encoding="utf-8-sig")
    assert len(read_network_folder(folder).sites) == 3


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("sites.csv", "122.54", "abc", ("sites.csv:4:lon", "not_a_number")),
        ("sites.csv", "122.54", "1_2", ("sites.csv:4:lon", "not_a_number")),
        ("sites.csv", "122.54", "NaN", ("sites.csv:4:lon", "not_finite")),
        ("sites.csv", "122.54", "-inf", ("sites.csv:4:lon", "not_finite")),
        ("sites.csv", "122.54", "", ("sites.csv:4:lon", "missing_value")),
        ("sites.csv", "122.54", "12.54", ("sites.csv:4:lon", "out_of_range")),
        ("sites.csv", "122.54,40.60", "40.60,122.54", ("sites.csv:4:lon", "swapped_coordinates")),
        (
            "sites.csv",
            "synthetic,10",
            "synthetic,1.5",
            ("sites.csv:4:population", "not_an_integer"),
        ),
        ("sites.csv", "synthetic,10", "guess,10", ("sites.csv:4:coord_kind", "unknown_value")),
        ("sites.csv", "WGS-84,synth", "GCJ-02,synth", ("sites.csv:4:crs", "unknown_value")),
        ("sites.csv", "mobile", "drone", ("sites.csv:4:service_mode", "unknown_value")),
        ("sites.csv", "24:00", "24:01", ("sites.csv:4:close", "not_a_time")),
        ("sites.csv", "24:00", "08:00", ("sites.csv:4:close", "closes_before_opening")),
        ("sites.csv", ",1,town", ",one,town", ("sites.csv:3:tier", "unknown_value")),
        ("sites.csv", ",0,county", ",7,county", ("sites.csv:2:tier", "unknown_value")),
        ("sites.csv", "village,S", "village,X", ("sites.csv:4:parent", "unknown_parent")),
        ("sites.csv", "village,S", "village,C", ("sites.csv:4:parent", "tier_jump")),
        ("roads.csv", "X,2.0", "X,-2.0", ("roads.csv:2:length_km", "not_positive")),
        ("roads.csv", "X,2.0", "X,1.0", ("roads.csv:2:length_km", "shorter_than_straight")),
        ("roads.csv", "2.0,60", "2.0,600", ("roads.csv:2:speed_kmh", "impossible_speed")),
        ("roads.csv", "60,1,", "60,yes,", ("roads.csv:2:synthetic", "unknown_value")),
        ("roads.csv", "truck", "lorry", ("roads.csv:2:largest_vehicle", "unknown_value")),
        ("roads.csv", "1.05", "0.5", ("roads.csv:2:winter_factor", "winter_factor")),
        ("roads.csv", "2026-12-05", "someday", ("roads.csv:3:closed_periods", "not_a_period")),
        (
            "roads.csv",
            "2026-12-05",
            "2026-11-05",
            ("roads.csv:3:closed_periods", "period_ends_before_start"),
        ),
        ("roads.csv", "1.05,", "1.05", ("roads.csv:2:closed_periods", "wrong_width")),
        ("vehicles.csv", "demo,S", "demo,X", ("vehicles.csv:2:home", "unknown_site")),
        ("vehicles.csv", "chilled", "chiled", ("vehicles.csv:2:temperatures", "unknown_value")),
        ("vehicles.csv", "600", "0", ("vehicles.csv:2:payload_kg", "not_positive")),
        ("vehicles.csv", "17:30", "06:30", ("vehicles.csv:2:shift_end", "closes_before_opening")),
        ("vehicles.csv", ",size,", ",class,", ("vehicles.csv:1:size", "missing_column")),
        ("roads.csv", ",source,", ",,", ("roads.csv:1:source", "missing_column")),
        ("roads.csv", "u,v,road_class", "u,to,road_class", ("roads.csv:1:v", "missing_column")),
        ("sites.csv", "id,name", "code,name", ("sites.csv:1:id", "missing_column")),
        ("sites.csv", ",tier,", ",level,", ("sites.csv:1:tier", "missing_column")),
    ],
)
def test_one_fault_is_told_once_with_file_line_and_column(folder, name, old, new, expected):
    change(folder, name, old, new)
    assert faults_of(folder) == [expected]


def test_faults_of_all_files_and_kinds_are_told_at_once(folder):
    change(folder, "sites.csv", "S,乡镇,,1,town,C", "S,乡镇,,1,town,X")
    change(folder, "sites.csv", "122.54,40.60", "NaN,95")
    change(folder, "roads.csv", "2.0,60", "far,600")
    change(folder, "roads.csv", "S,V", "S,W")
    change(folder, "vehicles.csv", "demo,S,600", "demo,Y,much")
    assert faults_of(folder) == [
        ("sites.csv:3:parent", "unknown_parent"),
        ("sites.csv:4:lon", "not_finite"),
        ("sites.csv:4:lat", "out_of_range"),
        ("sites.csv:4:id", "unreachable_site"),
        ("roads.csv:2:length_km", "not_a_number"),
        ("roads.csv:2:speed_kmh", "impossible_speed"),
        ("roads.csv:3:v", "unknown_site"),
        ("vehicles.csv:2:payload_kg", "not_a_number"),
        ("vehicles.csv:2:home", "unknown_site"),
    ]


def test_the_line_is_where_a_record_starts_also_after_a_cell_of_two_lines(folder):
    change(folder, "sites.csv", "乡镇", '"乡\n镇"')
    change(folder, "sites.csv", "122.54", "east")
    assert faults_of(folder) == [("sites.csv:5:lon", "not_a_number")]


def test_messages_are_chinese_first_then_english(folder):
    change(folder, "sites.csv", "122.54", "east")
    with pytest.raises(InvalidInput, match="不是数 / 'east' is not a number"):
        read_network_folder(folder)


@pytest.mark.parametrize("name", ["sites.csv", "roads.csv", "vehicles.csv"])
def test_a_missing_file_is_one_fault(folder, name):
    (folder / name).unlink()
    assert faults_of(folder) == [(f"{name}:1:", "missing_file")]


def test_a_file_that_is_no_utf8_text_is_one_fault(folder):
    (folder / "sites.csv").write_bytes(SITES.encode("gb18030"))
    assert faults_of(folder) == [("sites.csv:1:", "not_utf8")]


def test_a_file_with_an_open_quote_is_one_fault(folder):
    change(folder, "roads.csv", "C,S,X", 'C,S,"X')
    assert faults_of(folder) == [("roads.csv:1:", "not_csv")]


def test_an_empty_file_misses_every_column(folder):
    (folder / "roads.csv").write_text("", encoding="utf-8")
    assert {code for _, code in faults_of(folder)} == {"missing_column"}


def test_the_default_folder_is_valid_and_complete():
    read = read_network_folder(DEFAULT)
    assert (len(read.sites), len(read.roads), len(read.vans)) == (308, 495, 22)
    assert Counter(van.size.value for van in read.vans) == {"truck": 4, "van": 8, "micro": 10}
    assert Counter(van.home for van in read.vans) == {
        "210882": 18,
        "210882104": 2,
        "210882116": 2,
    }
    assert Counter(site.coord_kind.value for site in read.sites) == {
        "real": 33,
        "proxy": 4,
        "synthetic": 271,
    }
    assert all(road.synthetic for road in read.roads)
    assert all(van.default_costs for van in read.vans)


def test_the_folder_of_all_yingkou_is_valid_and_as_its_source_says():
    read = read_network_folder(YINGKOU)
    assert (len(read.sites), len(read.roads), len(read.vans)) == (921, 1328, 75)
    assert Counter(site.tier for site in read.sites) == {0: 1, 1: 68, 2: 848, 9: 4}
    assert Counter(site.coord_kind.value for site in read.sites) == {
        "real": 69,
        "proxy": 5,
        "synthetic": 847,
    }
    assert Counter(van.size.value for van in read.vans) == {"truck": 16, "van": 29, "micro": 30}
    assert Counter(van.home for van in read.vans) == {
        "210882": 71,
        "210882104": 2,
        "210882116": 2,
    }
    source = (YINGKOU / "SOURCE.md").read_text(encoding="utf-8")
    for table in ("sites", "roads", "vehicles"):
        rows = (YINGKOU / f"{table}.csv").read_text(encoding="utf-8").count("\n") - 1
        assert f"`{table}.csv`, {rows} " in source
    assert "© GeoNames, CC BY 4.0" in source


def test_all_yingkou_holds_the_default_county_and_marks_all_else_that_is_not_real():
    default, read = read_network_folder(DEFAULT), read_network_folder(YINGKOU)
    assert read.sites[: len(default.sites)] == default.sites
    assert read.roads[: len(default.roads)] == default.roads
    assert all(road.synthetic for road in read.roads)
    assert all(van.default_costs for van in read.vans)
    for site in read.sites[len(default.sites) :]:
        assert site.population_kind.startswith("synthetic")
        assert site.custom == {"hours_kind": "assumption", "service_mode_kind": "assumption"}
        is_synthetic = site.source.startswith("synthetic placement")
        assert (site.coord_kind is CoordKind.SYNTHETIC) == is_synthetic
        assert is_synthetic or site.source.startswith("GeoNames")


def test_two_planted_faults_in_the_default_folder_are_exactly_what_is_told(tmp_path):
    folder = tmp_path / "county"
    shutil.copytree(DEFAULT, folder)
    change(folder, "sites.csv", "122.14809,40.80587", "40.80587,122.14809")
    change(folder, "roads.csv", ",60.0,", ",6000,")
    assert faults_of(folder) == [
        ("sites.csv:7:lon", "swapped_coordinates"),
        ("roads.csv:6:speed_kmh", "impossible_speed"),
    ]


def test_the_life_of_sites_is_an_optional_column(folder):
    path = folder / "sites.csv"
    head, centre, station, village = path.read_text(encoding="utf-8").splitlines()
    lives = ("life", "", "2026-05-01/pilot; 2026-07-01/open", "2026-06-01/closed")
    lines = (f"{a},{b}" for a, b in zip((head, centre, station, village), lives, strict=True))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    read = read_network_folder(folder)
    assert read.sites[0].life == ()
    assert read.sites[1].life == (
        (dt.date(2026, 5, 1), SiteState.PILOT),
        (dt.date(2026, 7, 1), SiteState.OPEN),
    )
    [codes] = [[s.code for s in read.network("x", dt.date(2026, 6, 1)).tier(Tier.VILLAGE_POINT)]]
    assert codes == []
    assert len(read.network("x").tier(Tier.VILLAGE_POINT)) == 1


def test_a_life_that_cannot_be_read_is_told_with_its_cell(folder):
    path = folder / "sites.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    lines = [f"{head},life", f"{rows[0]},", f"{rows[1]},2026-05-01", f"{rows[2]},2026-13-01/open"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert faults_of(folder) == [
        ("sites.csv:3:life", "not_a_state"),
        ("sites.csv:4:life", "not_a_state"),
    ]
