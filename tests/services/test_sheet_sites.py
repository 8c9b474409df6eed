"""Sheets of sites and vehicles, taken into the default county in a real database."""

import pytest
from sqlmodel import Session

from coop_service.domain.coordinates import Crs, from_wgs84
from coop_service.domain.network_faults import straight_line_m
from coop_service.domain.records import CoordKind, Road, Site, Tier, Van, VehicleSize
from coop_service.domain.sheets.preview import SheetOptions
from coop_service.services.sheet_imports import SheetHasFaults, take_sheet
from coop_service.settings import Settings
from coop_service.store.queries import find_record, load_network
from tests.services.sheet_files import ORDER_HEADINGS, order_row, xlsx

COUNTY = "210882"
QIKOU = "210882105200"
SITE_HEADINGS = [
    "站点编码", "站点名称", "层级", "所属乡镇", "经度", "纬度", "坐标系", "人口", "接入站点",
    "接入里程(km)",
]  # fmt: skip
VAN_HEADINGS = ["车牌号", "车型", "车辆类别", "驻地", "载重(kg)", "容积(立方米)", "班次"]
VAN = ["辽H12345", "面包车", "城乡配送车", "县中心", 1000, 7, "07:00-17:30"]


@pytest.fixture
def session(store):
    with Session(store) as session:
        yield session


@pytest.fixture
def take(session):
    def run(only_good=False, crs=None, **sheets):
        return take_sheet(
            session,
            COUNTY,
            "a.xlsx",
            xlsx(**sheets),
            SheetOptions(crs=crs),
            Settings(),
            only_good=only_good,
        )

    return run


def does(preview):
    return [row.does.value for row in preview.rows]


def cells(preview):
    return {f"{fault.sheet}!{fault.cell}": fault.code for fault in preview.faults}


def new_site(session, code="N1", name="新村", crs=Crs.WGS84, parent="旗口镇"):
    near = find_record(session, COUNTY, Site, QIKOU)
    lon, lat = from_wgs84(near.lon + 0.01, near.lat, crs)
    return [code, name, "村级点", parent, lon, lat, crs.value, 120, QIKOU, 1.5]


def test_a_new_site_comes_with_its_road_and_its_position_is_converted(session, take):
    sheet = [SITE_HEADINGS, new_site(session, crs=Crs.BD09)]
    [row] = take(站点=sheet).rows
    assert row.does == "create"
    near = find_record(session, COUNTY, Site, QIKOU)
    site = find_record(session, COUNTY, Site, "N1")
    assert site.parent == "210882105"
    assert site.tier is Tier.VILLAGE_POINT
    assert site.population == 120
    assert site.coord_kind is CoordKind.PROXY
    assert site.lon == pytest.approx(near.lon + 0.01, abs=2e-6)
    assert site.lat == pytest.approx(near.lat, abs=2e-6)
    assert 800 < straight_line_m(site, near) < 900
    road = find_record(session, COUNTY, Road, "N1", QIKOU)
    assert road.length_m == 1500
    assert road.synthetic
    assert len(load_network(session, COUNTY).sites) == 309
    assert does(take(站点=sheet)) == ["same"]


def test_a_new_site_without_a_road_would_be_out_of_reach(session, take):
    row = [*new_site(session)[:8], "", ""]
    found = take(站点=[SITE_HEADINGS, row], only_good=True)
    assert cells(found) == {"站点!I2": "unreachable_site"}
    assert find_record(session, COUNTY, Site, "N1") is None


def test_a_road_shorter_than_the_straight_line_is_told_at_its_length(session, take):
    row = [*new_site(session)[:9], 0.5]
    assert cells(take(站点=[SITE_HEADINGS, row], only_good=True)) == {
        "站点!J2": "shorter_than_straight"
    }


def test_what_stands_on_a_refused_site_is_refused_as_well(session, take):
    station = new_site(session, "T9", "新镇")
    station[2:4] = ["乡镇站", ""]
    village = new_site(session, "N1", "新村", parent="新镇")
    village[8] = "T9"
    assert does(take(站点=[SITE_HEADINGS, village, station])) == ["create", "create"]
    bad = [*station[:7], "很多", *station[8:]]
    bad[0], village[0], village[3], village[8] = "T8", "N2", "T8", "T8"
    bad[1] = "再新镇"
    found = take(站点=[SITE_HEADINGS, bad, village], only_good=True)
    assert does(found) == ["refused", "refused"]
    assert cells(found) == {
        "站点!H2": "not_a_number",
        "站点!D3": "unknown_parent",
        "站点!I3": "unknown_site",
    }


def test_a_stored_site_is_changed_by_name_and_township_alone(session, take):
    sheet = [["村名", "乡镇", "人口", "服务方式"], ["旗口村", "旗口", 999, "流动车"]]
    before = find_record(session, COUNTY, Site, QIKOU)
    [row] = take(站点=sheet).rows
    assert row.name == QIKOU
    assert {c.field for c in row.changes} >= {"population", "population_kind"}
    after = find_record(session, COUNTY, Site, QIKOU)
    assert (after.population, after.name, after.lon) == (999, before.name, before.lon)
    assert does(take(站点=sheet)) == ["same"]


def test_a_new_site_without_a_code_or_a_crs_is_named(session, take):
    no_code, no_crs = new_site(session, code=""), new_site(session, code="N2")
    no_crs[6] = ""
    sheet = [SITE_HEADINGS, no_code, no_crs]
    assert cells(take(站点=sheet, only_good=True)) == {
        "站点!A2": "unknown_site",
        "站点!E3": "missing_crs",
    }
    assert does(take(站点=[SITE_HEADINGS, no_crs], crs=Crs.WGS84)) == ["create"]


def test_a_second_centre_is_refused(session, take):
    row = new_site(session)
    row[2:4] = ["县中心", ""]
    assert cells(take(站点=[SITE_HEADINGS, row], only_good=True)) == {"站点!C2": "multiple_centres"}


def test_a_change_that_breaks_what_is_stored_is_told_at_its_row(session, take):
    sheet = [["站点编码", "站点名称", "层级"], ["210882105", "旗口镇", "村级点"]]
    found = take(站点=sheet, only_good=True)
    assert does(found) == ["refused"]
    assert {fault.code for fault in found.faults} >= {"tier_jump"}
    assert find_record(session, COUNTY, Site, "210882105").tier is Tier.STATION


def test_a_vehicle_is_recognised_by_its_plate_however_it_is_written(session, take):
    assert does(take(车辆=[VAN_HEADINGS, VAN])) == ["create"]
    van = find_record(session, COUNTY, Van, "辽H12345")
    assert van.size is VehicleSize.VAN
    assert van.home == COUNTY
    assert (van.shift_start_s, van.shift_end_s) == (25_200, 63_000)
    assert van.temperatures == ("ambient",)
    assert van.default_costs
    assert does(take(车辆=[VAN_HEADINGS, VAN])) == ["same"]
    again = ["辽h·12345", *VAN[1:4], "1吨", *VAN[5:]]
    assert does(take(车辆=[VAN_HEADINGS, again])) == ["same"]
    heavier = [*VAN[:4], 1200, *VAN[5:]]
    [row] = take(车辆=[VAN_HEADINGS, heavier]).rows
    assert [(c.field, c.before, c.after) for c in row.changes] == [("payload_kg", 1000, 1200)]


def test_costs_that_are_stated_are_no_longer_defaults(session, take):
    take(车辆=[[*VAN_HEADINGS, "每公里费用(元/km)", "温区"], [*VAN, 0.8, "常温;冷藏"]])
    van = find_record(session, COUNTY, Van, "辽H12345")
    assert van.per_km_yuan == 0.8
    assert not van.default_costs
    assert van.temperatures == ("ambient", "chilled")


def test_a_stored_vehicle_takes_a_new_plate_by_its_code(session, take):
    headings = ["车辆编号", "车牌号", "启用"]
    [row] = take(车辆=[headings, ["BOX01", "辽H00001", "否"]]).rows
    assert row.name == "BOX01"
    van = find_record(session, COUNTY, Van, "BOX01")
    assert (van.plate, van.active, van.payload_kg) == ("辽H00001", False, 1500)
    found = take(车辆=[headings, ["BOX02", "辽H 00001", ""]], only_good=True)
    assert cells(found) == {"车辆!B2": "duplicate_plate"}


def test_two_rows_for_one_vehicle_are_a_fault_of_the_second(take):
    take(车辆=[VAN_HEADINGS, VAN])
    headings = ["车辆编号", "车牌号", "载重(kg)"]
    rows = [["辽H12345", "辽H99999", ""], ["", "辽H12345", 900]]
    found = take(车辆=[headings, *rows], only_good=True)
    assert does(found) == ["change", "refused"]
    assert cells(found) == {"车辆!B3": "duplicate_row"}


def test_faults_of_vehicles_are_named_by_cell(take):
    rows = [
        ["辽H1", "火车", *VAN[2:]],
        ["辽H2", *VAN[1:3], "没有的站", *VAN[4:]],
        ["辽H3", *VAN[1:4], 0, *VAN[5:]],
        ["辽H4", *VAN[1:6], "17:00-8:00"],
        ["辽H5", *VAN[1:6], ""],
        ["", *VAN[1:]],
        ["辽H6", *VAN[1:]],
        ["辽H·6", *VAN[1:]],
    ]
    found = take(车辆=[VAN_HEADINGS, *rows], only_good=True)
    assert cells(found) == {
        "车辆!B2": "unknown_choice",
        "车辆!D3": "unknown_site",
        "车辆!E4": "not_positive",
        "车辆!G5": "closes_before_opening",
        "车辆!G6": "missing_value",
        "车辆!A7": "missing_value",
        "车辆!A9": "duplicate_row",
    }
    assert does(found).count("create") == 1


def test_a_workbook_of_all_three_may_refer_to_its_own_new_sites(session, take):
    sheets = {
        "订单": [ORDER_HEADINGS, order_row("A1", 村="新村")],
        "车辆": [VAN_HEADINGS, [*VAN[:3], "旗口镇/新村", *VAN[4:]]],
        "站点": [SITE_HEADINGS, new_site(session)],
    }
    preview = take(**sheets)
    assert does(preview) == ["create", "create", "create"]
    assert [row.kind for row in preview.rows] == ["sites", "vehicles", "orders"]
    assert does(take(**sheets)) == ["same", "same", "same"]


def test_orders_for_a_site_that_is_refused_are_refused(session, take):
    bad = new_site(session)
    bad[4] = 12.5
    sheets = {
        "站点": [SITE_HEADINGS, bad],
        "订单": [ORDER_HEADINGS, order_row("A1", 村="新村"), order_row("A2")],
    }
    with pytest.raises(SheetHasFaults) as caught:
        take(**sheets)
    assert [fault.pointer for fault in caught.value.faults] == ["站点!E2", "订单!E2"]
    session.rollback()
    assert does(take(**sheets, only_good=True)) == ["refused", "refused", "create"]
