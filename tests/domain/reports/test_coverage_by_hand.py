"""Every figure and every table of the mini county's coverage, as it is worked out by hand.

Minutes to the nearest station (T1, T2 and the centre C are served, T3 is not)::

    A1 5 (T1)   A2 15 (T1)   A3 25 (T1)   A4 2 (C)      B1 4   B2 18   B3 30   B4 8 (T2)
    D1 35 (C)   D2 42 (C)    D3 51 (C)    D4 no road

to the centre::

    A1 15   A2 25   A3 35   A4 2    B1 24   B2 38   B3 50   B4 28    D1 35   D2 42   D3 51   D4 -

to the nearest point: 0 where the own one is served; B3 12 (B2), B4 8 (T2). People: A 1000 + 800 +
600 + 2000 = 4400, B 900 + 700 + 500 + 400 = 2500, D 1100 + 300 + 200 + 100 = 1700; all 8600, of
whom 100 (D4) have no road.
"""

from __future__ import annotations

import pytest

from coop_service.domain.reports import Section, coverage_section
from tests.mini_county import DAY, OPTIONS, PERIOD, make_network

POINT = "村级服务点 / village point"
STATION = "乡镇站 / township station"
CENTRE = "县中心 / county centre"
MIN = "车程(分钟) / road minutes"
KM = "里程(公里) / road km"
NO_ROAD = "无路可达 / no road"
VILLAGE = "行政村 / administrative village"
COMMUNITY = "社区 / community"
RESIDENT = "驻村设点 / resident point"
OUTLET = "供销网点 / coop outlet"
POST = "邮快合作 / post express"
BUS = "客货邮 / bus freight"
SHOP = "电商 / e commerce"
MOBILE = "流动车 / mobile"
NO_MODE = "未说明 / not stated"
NO_POINT = "无服务点 / no point"


@pytest.fixture(scope="module")
def section() -> Section:
    return coverage_section(make_network(), DAY, options=OPTIONS, period=PERIOD)


def rows_of(section: Section, name: str) -> list[tuple[object, ...]]:
    """The rows of a table as tuples in the sequence of its columns."""
    table = section.table(name)
    names = [column.name for column in table.columns]
    assert all(set(row) == set(names) for row in table.rows)
    return [tuple(row[name] for name in names) for row in table.rows]


def near(rows: list[tuple[object, ...]]) -> list[object]:
    """Rows as they are expected: numbers but for the last bits of a float."""
    return [
        tuple(pytest.approx(cell, rel=1e-12) if isinstance(cell, float) else cell for cell in row)
        for row in rows
    ]


FIGURES = {
    # 11 villages, of which B3 (closed) and B4 (not yet open) have no point; A4 is the community
    "villages_with_point_share": 100 * 9 / 11,
    "villages_with_point": 9,
    "villages": 11,
    "communities_with_point_share": 100.0,
    "communities_with_point": 1,
    "communities": 1,
    # T1 and T2, but not T3
    "townships_with_station_share": 100 * 2 / 3,
    "townships_with_station": 2,
    "people_with_point_share": 100 * (8600 - 500 - 400) / 8600,
    "people": 8600,
    # all but B3, whose nearest point is 12 min away
    "point_villages_share": 100 * 10 / 11,
    "point_people_share": 100 * 8100 / 8600,
    # two points within 10 min: A1 (T1 5, A2 10), A2 (A1 10), A4 (C 2), B1 (T2 4), D2, D3 (9)
    "point_backup_people_share": 100 * (1000 + 800 + 2000 + 900 + 300 + 200) / 8600,
    # B3: 500 people x 12 min, B4: 400 x 8
    "point_mean_min": (500 * 12 + 400 * 8) / 8600,
    # nine tenths of 8600 are 7740: 7700 have 0 min, with B4 they are 8100
    "point_p90_min": 8.0,
    "point_max_min": 12.0,
    # A1, A2, B1, B2, B4 of 11 villages; with A4 1000 + 800 + 900 + 700 + 400 + 2000 people
    "station_villages_share": 100 * 5 / 11,
    "station_people_share": 100 * 5800 / 8600,
    # T1 and C within 20 min: A1 (5, 15) and A4 (12, 2)
    "station_backup_people_share": 100 * 3000 / 8600,
    # of 8500 people who have a road: 5000 + 12000 + 15000 + 4000 (A), 3600 + 12600 + 15000 + 3200
    # (B), 38500 + 12600 + 10200 (D) person-minutes
    "station_mean_min": (36000 + 34400 + 61300) / 8500,
    # nine tenths of 8500 are 7650: up to B3 (30 min) they are 6900, with D1 (35 min) 8000
    "station_p90_min": 35.0,
    "station_max_min": 51.0,
    # within 30 min: A1, A2, B1, B4; with A4 1000 + 800 + 900 + 400 + 2000 people
    "centre_villages_share": 100 * 4 / 11,
    "centre_people_share": 100 * 5100 / 8600,
    # 15000 + 20000 + 21000 + 4000 (A), 21600 + 26600 + 25000 + 11200 (B), 61300 (D)
    "centre_mean_min": (60000 + 84400 + 61300) / 8500,
    # up to B2 (38 min) 7500 people, with D2 (42 min) 7800
    "centre_p90_min": 42.0,
    "centre_max_min": 51.0,
    "unreached": 1,
    "plan_days": 3,
    # A1 3 + A2 1 + A4 1 + B1 2 + B2 1 + D1 1 days over 12 units and 2 weeks
    "days_a_week": 9 / 24,
    # two days in two weeks: A1 and B1 of 11 villages
    "often_villages_share": 100 * 2 / 11,
    # days with orders: A1 3, A2 1, A4 1, B1 2, B2 2, D1 1; B2 lacked an order on both of its days
    "next_day_share": 100 * 8 / 10,
    # of 1000 + 800 + 2000 + 900 + 700 + 1100 people all but the 700 of B2
    "next_day_people_share": 100 * 5800 / 6500,
    # within 20 min: of T1 A1, A2, A4 (3800 people for 76 m3: 0.02), of T2 B1, B2, B4 (2000 for 20:
    # 0.01), of C A1, A4 (3000 for 15: 0.005); so A1 and A4 have 0.025, A2 0.02, B1, B2, B4 0.01
    # m3 a person: 25 + 50 + 16 + 9 + 7 + 4 = 111 m3, all that there is
    "access": 1000 * 111 / 8600,
    # A3, B3, D1, D2, D3, D4
    "no_access_people_share": 100 * 2800 / 8600,
    # A3 5 min, B3 2 + 10, D1 15, D2 22, D3 31, D4 a day less 20 min
    "short_units": 6,
    "short_people_share": 100 * (600 + 500 + 1100 + 300 + 200 + 100) / 8600,
}


def test_every_figure_is_the_one_worked_out_by_hand(section: Section) -> None:
    found = {each.code.removeprefix("coverage."): each.value for each in section.figures}
    assert list(found) == list(FIGURES)
    assert found == pytest.approx(FIGURES, rel=1e-12)


def test_the_sums_by_township_are_those_worked_out_by_hand(section: Section) -> None:
    a = (
        "T1", "站点T1", True, 3, 3, 100.0, 1, 1, 100.0, 4400, 4400, 100.0,
        # near a point all, near a station A1, A2, A4, with a second one A1, A4, near C A1, A2, A4
        4400, 100.0, 3800, 100 * 3800 / 4400, 3000, 100 * 3000 / 4400, 3800, 100 * 3800 / 4400,
        0.0, 36000 / 4400, 25.0, 60000 / 4400, 0, 1,
        # 4 units x 2 weeks; A1 3, A2 1, A4 1 days, all reached; 25 + 16 + 50 m3
        8, 5, 5 / 8, 5, 5, 100.0, 91.0, 1000 * 91 / 4400,
    )  # fmt: skip
    b = (
        "T2", "站点T2", True, 4, 2, 50.0, 0, 0, None, 2500, 1600, 64.0,
        # all but B3; B1, B2, B4; nobody; B1, B4
        2000, 80.0, 2000, 80.0, 0, 0.0, 1300, 52.0,
        9200 / 2500, 34400 / 2500, 30.0, 84400 / 2500, 0, 1,
        # B1 2, B2 1 days; B2 had orders on two days and was reached on neither; 9 + 7 + 4 m3
        8, 3, 3 / 8, 4, 2, 50.0, 20.0, 8.0,
    )  # fmt: skip
    d = (
        "T3", "站点T3", False, 4, 4, 100.0, 0, 0, None, 1700, 1700, 100.0,
        1700, 100.0, 0, 0.0, 0, 0.0, 0, 0.0,
        # without D4, who has no road: 1600 people
        0.0, 61300 / 1600, 51.0, 61300 / 1600, 1, 4,
        8, 1, 1 / 8, 1, 1, 100.0, 0.0, 0.0,
    )  # fmt: skip
    assert rows_of(section, "townships") == near([a, b, d])


def test_the_nodes_of_each_tier_are_those_counted_by_hand(section: Section) -> None:
    assert rows_of(section, "tiers") == near(
        [
            (CENTRE, "县 / county", 1, 1, 100.0, 8600, 8600, 100.0),
            # T3 with its 1700 people has no station
            (STATION, "乡镇(街道) / township", 3, 2, 200 / 3, 8600, 6900, 100 * 6900 / 8600),
            (POINT, VILLAGE, 11, 9, 900 / 11, 6600, 5700, 100 * 5700 / 6600),
            (POINT, COMMUNITY, 1, 1, 100.0, 2000, 2000, 100.0),
        ]
    )


def test_the_levels_are_those_worked_out_by_hand(section: Section) -> None:
    assert rows_of(section, "levels") == near(
        [
            # five villages and the community have a second point: 5200 people
            (POINT, 10.0, 10, 1, 8100, 100 * 8100 / 8600, 6, 5200, 0, 0, 9200 / 8600, 8.0, 12.0),
            (STATION, 20.0, 5, 1, 5800, 100 * 5800 / 8600, 2, 3000, 1, 100, 131700 / 8500, 35.0,
             51.0),
            (CENTRE, 30.0, 4, 1, 5100, 100 * 5100 / 8600, 0, 0, 1, 100, 205700 / 8500, 42.0, 51.0),
        ]
    )  # fmt: skip


def test_the_service_modes_are_those_counted_by_hand(section: Section) -> None:
    assert rows_of(section, "service_modes") == [
        (RESIDENT, 2, 0, 2100),  # A1, D1
        (OUTLET, 1, 0, 900),  # B1
        (POST, 0, 1, 2000),  # A4
        (BUS, 2, 0, 1100),  # A2, D2
        (SHOP, 1, 0, 700),  # B2
        (MOBILE, 2, 0, 700),  # A3, D4
        (NO_MODE, 1, 0, 200),  # D3
        (NO_POINT, 2, 0, 900),  # B3, B4
    ]
    assert rows_of(section, "service_modes_by_township") == [
        ("T1", "站点T1", RESIDENT, 1, 0, 1000),
        ("T1", "站点T1", POST, 0, 1, 2000),
        ("T1", "站点T1", BUS, 1, 0, 800),
        ("T1", "站点T1", MOBILE, 1, 0, 600),
        ("T2", "站点T2", OUTLET, 1, 0, 900),
        ("T2", "站点T2", SHOP, 1, 0, 700),
        ("T2", "站点T2", NO_POINT, 2, 0, 900),
        ("T3", "站点T3", RESIDENT, 1, 0, 1100),
        ("T3", "站点T3", BUS, 1, 0, 300),
        ("T3", "站点T3", MOBILE, 1, 0, 100),
        ("T3", "站点T3", NO_MODE, 1, 0, 200),
    ]


BANDS = [
    (POINT, MIN, "0–10", 0.0, 10.0, 10, 1, 8100),
    (POINT, MIN, "10–20", 10.0, 20.0, 1, 0, 500),  # B3 12
    (POINT, MIN, "20–40", 20.0, 40.0, 0, 0, 0),
    (POINT, MIN, ">40", 40.0, None, 0, 0, 0),
    (POINT, KM, "0–5", 0.0, 5.0, 9, 1, 7700),
    (POINT, KM, "5–15", 5.0, 15.0, 2, 0, 900),  # B3 12, B4 8
    (POINT, KM, "15–40", 15.0, 40.0, 0, 0, 0),
    (POINT, KM, ">40", 40.0, None, 0, 0, 0),
    (STATION, MIN, "0–10", 0.0, 10.0, 3, 1, 4300),  # A1 5, B1 4, B4 8, A4 2
    (STATION, MIN, "10–20", 10.0, 20.0, 2, 0, 1500),  # A2 15, B2 18
    (STATION, MIN, "20–40", 20.0, 40.0, 3, 0, 2200),  # A3 25, B3 30, D1 35
    (STATION, MIN, ">40", 40.0, None, 2, 0, 500),  # D2 42, D3 51
    (STATION, MIN, NO_ROAD, None, None, 1, 0, 100),
    (STATION, KM, "0–5", 0.0, 5.0, 2, 1, 3900),  # A1 5, B1 4, A4 2
    (STATION, KM, "5–15", 5.0, 15.0, 3, 0, 1800),  # A2 15, A3 12.5, B4 8
    (STATION, KM, "15–40", 15.0, 40.0, 3, 0, 2300),  # B2 18, B3 30, D1 35
    (STATION, KM, ">40", 40.0, None, 2, 0, 500),  # D2 42, D3 46.5
    (STATION, KM, NO_ROAD, None, None, 1, 0, 100),
    (CENTRE, MIN, "0–10", 0.0, 10.0, 0, 1, 2000),  # A4 2
    (CENTRE, MIN, "10–20", 10.0, 20.0, 1, 0, 1000),  # A1 15
    # A2 25, A3 35, B1 24, B2 38, B4 28, D1 35
    (CENTRE, MIN, "20–40", 20.0, 40.0, 6, 0, 4500),
    (CENTRE, MIN, ">40", 40.0, None, 3, 0, 1000),  # B3 50, D2 42, D3 51
    (CENTRE, MIN, NO_ROAD, None, None, 1, 0, 100),
    (CENTRE, KM, "0–5", 0.0, 5.0, 0, 1, 2000),  # A4 2
    (CENTRE, KM, "5–15", 5.0, 15.0, 1, 0, 1000),  # A1 15
    # A2 25, A3 22.5, B1 24, B2 38, B4 28, D1 35
    (CENTRE, KM, "15–40", 15.0, 40.0, 6, 0, 4500),
    (CENTRE, KM, ">40", 40.0, None, 3, 0, 1000),  # B3 50, D2 42, D3 46.5
    (CENTRE, KM, NO_ROAD, None, None, 1, 0, 100),
]

COUNTS = {
    # villages, communities and people of each band, in the sequence of BANDS without NO_ROAD
    "T1": {
        POINT: [[(3, 1, 4400)], [(3, 1, 4400)]],
        STATION: [
            [(1, 1, 3000), (1, 0, 800), (1, 0, 600)],  # A1 5 A4 2 | A2 15 | A3 25
            [(1, 1, 3000), (2, 0, 1400)],  # A1 5 A4 2 | A2 15 A3 12.5
        ],
        CENTRE: [
            [(0, 1, 2000), (1, 0, 1000), (2, 0, 1400)],  # A4 2 | A1 15 | A2 25 A3 35
            [(0, 1, 2000), (1, 0, 1000), (2, 0, 1400)],  # A4 2 | A1 15 | A2 25 A3 22.5
        ],
    },
    "T2": {
        POINT: [
            [(3, 0, 2000), (1, 0, 500)],  # B1 B2 B4 | B3 12
            [(2, 0, 1600), (2, 0, 900)],  # B1 B2 | B3 12 B4 8
        ],
        STATION: [
            [(2, 0, 1300), (1, 0, 700), (1, 0, 500)],  # B1 4 B4 8 | B2 18 | B3 30
            [(1, 0, 900), (1, 0, 400), (2, 0, 1200)],  # B1 4 | B4 8 | B2 18 B3 30
        ],
        CENTRE: [
            [(0, 0, 0), (0, 0, 0), (3, 0, 2000), (1, 0, 500)],  # B1 24 B2 38 B4 28 | B3 50
            [(0, 0, 0), (0, 0, 0), (3, 0, 2000), (1, 0, 500)],
        ],
    },
    "T3": {
        POINT: [[(4, 0, 1700)], [(4, 0, 1700)]],
        STATION: [
            [(0, 0, 0), (0, 0, 0), (1, 0, 1100), (2, 0, 500)],  # D1 35 | D2 42 D3 51
            [(0, 0, 0), (0, 0, 0), (1, 0, 1100), (2, 0, 500)],  # D1 35 | D2 42 D3 46.5
        ],
        CENTRE: [
            [(0, 0, 0), (0, 0, 0), (1, 0, 1100), (2, 0, 500)],
            [(0, 0, 0), (0, 0, 0), (1, 0, 1100), (2, 0, 500)],
        ],
    },
}


def test_the_bands_are_those_counted_by_hand(section: Section) -> None:
    assert rows_of(section, "bands") == BANDS


def test_the_bands_of_townships_are_those_counted_by_hand(section: Section) -> None:
    expected = []
    for township, levels in COUNTS.items():
        for level, measures in levels.items():
            for measure, counts in zip((MIN, KM), measures, strict=True):
                heads = [row[:5] for row in BANDS if row[:2] == (level, measure)]
                ends = [head for head in heads if head[2] != NO_ROAD]
                padded = counts + [(0, 0, 0)] * (len(ends) - len(counts))
                for head, count in zip(ends, padded, strict=True):
                    expected.append((township, f"站点{township}", *head, *count))
                if township == "T3" and level != POINT:  # D4
                    nowhere = (level, measure, NO_ROAD, None, None, 1, 0, 100)
                    expected.append((township, f"站点{township}", *nowhere))
    assert rows_of(section, "bands_by_township") == expected


def test_backup_cover_is_the_one_counted_by_hand(section: Section) -> None:
    assert rows_of(section, "backup") == [
        (0, 6, 0, 2800),  # A3, B3, D1, D2, D3, D4
        (1, 4, 0, 2800),  # A2, B1, B2, B4
        (2, 1, 1, 3000),  # A1, A4
    ]


def test_the_catchments_are_those_worked_out_by_hand(section: Section) -> None:
    assert rows_of(section, "catchments") == near(
        [
            # A4, D1, D2, D3; D3 is 30 + 12 + 4.5 km away
            ("C", "站点C", CENTRE, 3, 1, 3600, 4, (4000 + 61300) / 3600, 51.0,
             (4000 + 38500 + 12600 + 9300) / 3600, 46.5, 15.0, True, 3000, 5.0),
            # A1, A2, A3; A3 is 12.5 km away, A2 15
            ("T1", "站点T1", STATION, 3, 0, 2400, 0, 32000 / 2400, 25.0,
             (5000 + 12000 + 7500) / 2400, 15.0, 76.0, True, 3800, 20.0),
            # B1, B2, B3, B4
            ("T2", "站点T2", STATION, 4, 0, 2500, 0, 34400 / 2500, 30.0, 34400 / 2500, 30.0,
             20.0, False, 2000, 10.0),
        ]
    )  # fmt: skip


def test_the_days_that_were_read_are_listed_and_only_units_count(section: Section) -> None:
    assert rows_of(section, "service_days") == [
        ("2026-07-06", "已关闭 / closed", 2, 3, 1),  # without T1, which is no village
        ("2026-07-08", "已关闭 / closed", 1, 4, 1),
        ("2026-07-13", "已下达 / released", 3, 2, 0),
    ]


def test_the_worst_served_and_what_helps_them_are_worked_out_by_hand(section: Section) -> None:
    upgrade = "村级服务点升级为站 / make the village point a station"
    station = "开通乡镇站 / open the station"
    assert rows_of(section, "worst") == near(
        [
            # 1440 - 20 min; nothing can be brought to D4, and no road leads on from anywhere
            (1, "D4", "站点D4", "站点T3", VILLAGE, 100, 1420.0, 0.0, None, *[None] * 8),
            # D2 as a station is 9 min away, D3 itself 0: both take all 31 min, T3 (21 min) only 30.
            # D2 takes 22 x 300 (D2), 31 x 200 (D3), 15 x 1100 (D1, 17 min away) person-min; D3
            # would take 31 x 200, 22 x 300 (9 min away) and 9 x 1100 (26 min away)
            (2, "D3", "站点D3", "站点T3", VILLAGE, 200, 31.0, 0.0, 51.0, upgrade, "D2", "站点D2",
             31.0, 0.0, 9.0, 1600, (6600 + 6200 + 16500) / 60),
            # T3 is 12 min away: enough, and less to do than to make D2, D3 or D1 a station.
            # T3 takes 15 x 1100 (D1), 22 x 300 (D2), 30 x 200 (D3, 21 min away)
            (3, "D2", "站点D2", "站点T3", VILLAGE, 300, 22.0, 0.0, 42.0, station, "T3", "站点T3",
             22.0, 0.0, 12.0, 1400, (16500 + 6600 + 6000) / 60),
            (4, "D1", "站点D1", "站点T3", VILLAGE, 1100, 15.0, 0.0, 35.0, station, "T3", "站点T3",
             15.0, 0.0, 5.0, 1400, (16500 + 6600 + 6000) / 60),
            # 2 min to a point, 10 to a station: opening the point takes 2, B2 as a station (12 min
            # away) 10, B3 itself as a station all 12, of 500 people
            (5, "B3", "站点B3", "站点T2", VILLAGE, 500, 12.0, 12.0, 30.0, upgrade, "B3", "站点B3",
             12.0, 0.0, 0.0, 500, 6000 / 60),
            (6, "A3", "站点A3", "站点T1", VILLAGE, 600, 5.0, 0.0, 25.0, upgrade, "A3", "站点A3",
             5.0, 0.0, 0.0, 600, 3000 / 60),
        ]
    )  # fmt: skip


def test_every_village_has_the_row_worked_out_by_hand(section: Section) -> None:
    opened, real, synthetic = "运营 / open", "真实 / real", "合成 / synthetic"

    def row(code, people, mode, point, station, centre, within, short, service, access, **other):
        """Code, people, mode; site, min, km of point and of station; min, km of the centre; sites
        within the standards; shortfall; days of service, with orders, reached; m3 for 1000."""
        township = {"A": "T1", "B": "T2", "D": "T3"}[code[0]]
        visits, orders, reached, is_reached = service
        return (
            code, f"站点{code}", township, f"站点{township}", other.get("unit", VILLAGE), people,
            other.get("kind", "counted"), other.get("position", real), other.get("state", opened),
            mode is not None, mode, *point, station[0], station[0] and f"站点{station[0]}",
            *station[1:], *centre, *within, short, visits, visits / 2, orders, reached, is_reached,
            access,
        )  # fmt: skip

    none = (0, 0, 0, None)
    assert rows_of(section, "villages") == near(
        [
            row("A1", 1000, RESIDENT, ("A1", 0.0, 0.0), ("T1", 5.0, 5.0), (15.0, 15.0), (3, 2),
                0.0, (3, 3, 3, True), 25.0),
            row("A2", 800, BUS, ("A2", 0.0, 0.0), ("T1", 15.0, 15.0), (25.0, 25.0), (2, 1),
                0.0, (1, 1, 1, True), 20.0),
            row("A3", 600, MOBILE, ("A3", 0.0, 0.0), ("T1", 25.0, 12.5), (35.0, 22.5), (1, 0),
                5.0, none, 0.0),
            row("A4", 2000, POST, ("A4", 0.0, 0.0), ("C", 2.0, 2.0), (2.0, 2.0), (2, 2),
                0.0, (1, 1, 1, True), 25.0, unit=COMMUNITY),
            row("B1", 900, OUTLET, ("B1", 0.0, 0.0), ("T2", 4.0, 4.0), (24.0, 24.0), (2, 1),
                0.0, (2, 2, 2, True), 10.0),
            row("B2", 700, SHOP, ("B2", 0.0, 0.0), ("T2", 18.0, 18.0), (38.0, 38.0), (1, 1),
                0.0, (1, 2, 0, False), 10.0),
            row("B3", 500, None, ("B2", 12.0, 12.0), ("T2", 30.0, 30.0), (50.0, 50.0), (0, 0),
                12.0, none, 0.0, state="关闭 / closed"),
            row("B4", 400, None, ("T2", 8.0, 8.0), ("T2", 8.0, 8.0), (28.0, 28.0), (1, 1),
                0.0, none, 10.0, state="候选 / candidate"),
            row("D1", 1100, RESIDENT, ("D1", 0.0, 0.0), ("C", 35.0, 35.0), (35.0, 35.0), (1, 0),
                15.0, (1, 1, 1, True), 0.0),
            row("D2", 300, BUS, ("D2", 0.0, 0.0), ("C", 42.0, 42.0), (42.0, 42.0), (2, 0),
                22.0, none, 0.0),
            row("D3", 200, NO_MODE, ("D3", 0.0, 0.0), ("C", 51.0, 46.5), (51.0, 46.5), (2, 0),
                31.0, none, 0.0),
            row("D4", 100, MOBILE, ("D4", 0.0, 0.0), (None, None, None), (None, None), (1, 0),
                1420.0, none, 0.0, kind="synthetic", position=synthetic),
        ]
    )  # fmt: skip
