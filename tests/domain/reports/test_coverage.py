"""What holds of the coverage section whatever the county."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from coop_service.domain.coverage import Level, Thresholds, measure_coverage
from coop_service.domain.network import Network
from coop_service.domain.records import Site, SiteState, Tier
from coop_service.domain.reports import (
    CoverageOptions,
    Section,
    ServiceDay,
    ServicePeriod,
    coverage_definitions,
    coverage_section,
)
from coop_service.domain.reports.coverage_help import UNREACHED_S, StepKind
from coop_service.domain.reports.coverage_names import STEPS
from coop_service.errors import InvalidInput, both
from tests.mini_county import DAY, OPTIONS, PERIOD, make_network, make_roads, make_sites

ALWAYS = ((dt.date(2026, 1, 1), SiteState.OPEN),)

NEVER_LOWER = (
    "villages_with_point_share",
    "townships_with_station_share",
    "people_with_point_share",
    *(
        f"{level}_{name}"
        for level in ("point", "station")
        for name in ("villages_share", "people_share", "backup_people_share")
    ),
    "access",
)
NEVER_HIGHER = (
    "point_max_min",
    "station_max_min",
    "no_access_people_share",
    "short_units",
    "short_people_share",
)


def values_of(section: Section) -> dict[str, float | None]:
    return {each.code.removeprefix("coverage."): each.value for each in section.figures}


def changed(network: Network, code: str, **fields: object) -> Network:
    sites = [
        replace(site, **fields) if site.code == code else site  # type: ignore[arg-type]
        for site in network.sites.values()
    ]
    return Network(network.county, sites, network.roads)


def test_a_station_that_opens_never_lowers_coverage(default_county: Network) -> None:
    stations = [site.code for site in default_county.tier(Tier.STATION)]
    network = default_county
    for code in stations[::3]:
        network = changed(network, code, life=((dt.date(2027, 1, 1), SiteState.OPEN),))
    before = values_of(coverage_section(network, DAY))
    first = before
    for code in stations[::3]:
        network = changed(network, code, life=())
        after = values_of(coverage_section(network, DAY))
        for name in NEVER_LOWER:
            assert after[name] >= before[name] - 1e-9, (code, name)
        for name in NEVER_HIGHER:
            assert after[name] <= before[name], (code, name)
        before = after
    assert before["station_people_share"] > first["station_people_share"]


def test_a_point_that_becomes_a_station_never_lowers_coverage_and_stays_a_village() -> None:
    before = values_of(coverage_section(make_network(), DAY, options=OPTIONS, period=PERIOD))
    for code in ("A2", "B2", "D2"):
        after = values_of(
            coverage_section(
                changed(make_network(), code, tier=Tier.STATION, parent="C"),
                DAY,
                options=OPTIONS,
                period=PERIOD,
            )
        )
        assert (after["villages"], after["people"]) == (11, 8600)
        assert after["townships_with_station"] == before["townships_with_station"]
        for name in NEVER_LOWER:
            assert after[name] >= before[name] - 1e-9, (code, name)
        for name in NEVER_HIGHER:
            assert after[name] <= before[name], (code, name)


def test_a_site_counts_from_the_day_of_its_life() -> None:
    days = (dt.date(2026, 2, 28), DAY, dt.date(2026, 8, 1), dt.date(2026, 9, 1))
    found = [values_of(coverage_section(make_network(), day, options=OPTIONS)) for day in days]
    # B3 is open until March, B4 from August on, T3 from September on
    assert [each["villages_with_point"] for each in found] == [10, 9, 10, 10]
    assert [each["townships_with_station"] for each in found] == [2, 2, 2, 3]
    # the road to D4 is closed in July only
    assert [each["unreached"] for each in found] == [0, 1, 0, 0]
    # T3 takes in D1 (5 min), D2 (12) and D4 (7)
    assert found[3]["station_people_share"] == 100 * (5800 + 1100 + 300 + 100) / 8600


@pytest.mark.parametrize("size", [6, 60])
def test_what_helps_most_is_what_a_changed_county_measures(
    default_county: Network, size: int
) -> None:
    """Every step of the list is carried out, and the county measured anew."""
    mini = size == 6
    network = make_network() if mini else default_county
    options = replace(OPTIONS, worst=size) if mini else CoverageOptions(worst=size)
    section = coverage_section(network, DAY, options=options)
    rows = section.table("worst").rows
    assert len(rows) == size
    kinds = {both(*text): kind for kind, text in STEPS.items()}
    # All steps of the mini county, and of the default one a few from the whole of the list.
    for row in rows if mini else rows[::15]:
        if row["step"] is None:
            continue
        code = str(row["step_site"])
        fields: dict[str, object] = {"life": ALWAYS}
        if kinds[row["step"]] is StepKind.UPGRADE:
            fields |= {"tier": Tier.STATION, "parent": network.centre.code}
        after = measure_coverage(
            changed(network, code, **fields), DAY, thresholds=options.thresholds, base=network
        )
        before = measure_coverage(network, DAY, thresholds=options.thresholds)
        gains = {
            new.village: _short_s(old, options.thresholds) - _short_s(new, options.thresholds)
            for old, new in zip(before.villages, after.villages, strict=True)
        }
        assert row["gain_min"] == gains[row["village"]] / 60
        saved = sum(each.population * gains[each.village] for each in before.villages)
        assert row["person_h_saved"] == saved / 3600


def _short_s(row, thresholds: Thresholds) -> float:
    total = 0.0
    for level in (Level.POINT, Level.STATION):
        near = row.nearest[level]
        seconds = UNREACHED_S if near is None else near.duration_s
        total += max(0.0, seconds - 60 * thresholds.standard_min(level))
    return total


def test_no_step_helps_a_village_more_than_the_one_named() -> None:
    network = make_network()
    rows = coverage_section(network, DAY, options=OPTIONS).table("worst").rows
    before = {each.village: each for each in measure_coverage(
        network, DAY, thresholds=OPTIONS.thresholds).villages}  # fmt: skip
    best = dict.fromkeys((str(row["village"]) for row in rows), 0.0)
    reached = {code for code, each in before.items() if each.nearest[Level.CENTRE] is not None}
    for site in network.sites.values():
        if site.tier is Tier.CENTRE or site.code not in {*reached, "T1", "T2", "T3"}:
            continue
        for tier in {site.tier, Tier.STATION}:
            tried = changed(network, site.code, life=ALWAYS, tier=tier, parent=_parent(site, tier))
            after = measure_coverage(tried, DAY, thresholds=OPTIONS.thresholds, base=network)
            for each in after.villages:
                if each.village in best:
                    old = _short_s(before[each.village], OPTIONS.thresholds)
                    gain = old - _short_s(each, OPTIONS.thresholds)
                    best[each.village] = max(best[each.village], gain)
    assert {str(row["village"]): 60 * (row["gain_min"] or 0) for row in rows} == best


def _parent(site: Site, tier: Tier) -> str | None:
    return "C" if tier is Tier.STATION else site.parent


def test_the_sums_of_the_townships_are_those_of_the_county(default_county: Network) -> None:
    section = coverage_section(default_county, DAY)
    values = values_of(section)
    rows = section.table("townships").rows
    for name in ("villages", "communities", "people", "villages_with_point", "short_units"):
        assert sum(row[name] for row in rows) == values[name]
    for table in ("service_modes", "service_modes_by_township", "backup", "catchments"):
        assert sum(row["people"] for row in section.table(table).rows) == values["people"]
    for name in ("bands", "bands_by_township"):
        people: dict[tuple[object, object], int] = {}
        for row in section.table(name).rows:
            key = (row["level"], row["measure"])
            people[key] = people.get(key, 0) + row["people"]
        assert set(people.values()) == {values["people"]}
        assert len(people) == 6


def test_access_shares_out_all_that_the_stations_hold(default_county: Network) -> None:
    section = coverage_section(default_county, DAY, options=CoverageOptions(catchment_min=200))
    supply = sum(row["floor_m3"] for row in section.table("catchments").rows)
    shared = sum(row["people"] * row["access"] for row in section.table("villages").rows) / 1000
    assert shared == pytest.approx(supply)


def test_every_figure_has_a_definition_and_a_table_with_its_rows() -> None:
    section = coverage_section(make_network(), DAY, options=OPTIONS, period=PERIOD)
    assert [each.code for each in section.figures] == [each.code for each in section.definitions]
    for each in section.figures:
        definition = section.definition(each.code)
        assert section.table(str(each.table)).rows
        assert all((*definition.title, *definition.formula))
    for table in section.tables:
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names)
        for column in table.columns:
            assert set(column.ratio or ()) <= set(names)


def test_definitions_print_the_thresholds_by_which_was_measured() -> None:
    options = CoverageOptions(
        thresholds=Thresholds(point_min=7.5, station_min=22.0, centre_min=61.0),
        catchment_min=33.0,
        floor_m3=27.0,
        weeks=6,
        weekly_days=2.5,
        next_day_percent=85.0,
    )
    text = {each.code: " ".join(each.formula) for each in coverage_definitions(options)}
    for code, wanted in (
        ("coverage.point_people_share", "7.5"),
        ("coverage.station_people_share", "22"),
        ("coverage.centre_people_share", "61"),
        ("coverage.access", "33"),
        ("coverage.access", "27"),
        ("coverage.days_a_week", "6"),
        ("coverage.often_villages_share", "2.5"),
        ("coverage.next_day_people_share", "85"),
        ("coverage.short_units", "7.5"),
        ("coverage.short_units", "22"),
    ):
        zh, en = next(e.formula for e in coverage_definitions(options) if e.code == code)
        assert wanted in zh, code
        assert wanted in en, code
    assert "Luo & Wang 2003" in text["coverage.access"]


def test_what_rests_on_synthetic_data_says_so() -> None:
    """Of the mini county one position and one number of people is synthetic, no road."""
    section = coverage_section(make_network(), DAY)
    flags = {each.code: each.synthetic for each in section.definitions}
    assert flags["coverage.villages_with_point_share"] is False
    assert flags["coverage.people_with_point_share"] is True
    assert flags["coverage.station_max_min"] is True
    assert len(section.notes) == 5
    surveyed = coverage_section(_surveyed(), DAY)
    assert not any(each.synthetic for each in surveyed.definitions)
    assert len(surveyed.notes) == 3
    assert coverage_definitions(network=_surveyed()) == surveyed.definitions


def _surveyed() -> Network:
    sites = [
        replace(site, coord_kind=make_sites()[0].coord_kind, population_kind="counted")
        for site in make_sites()
    ]
    return Network("210003", sites, make_roads())


def test_without_a_plan_nothing_is_told_of_service() -> None:
    section = coverage_section(make_network(), DAY, options=OPTIONS)
    values = values_of(section)
    assert values["plan_days"] == 0
    for name in ("days_a_week", "often_villages_share", "next_day_share", "next_day_people_share"):
        assert values[name] is None
    assert {row["visit_days"] for row in section.table("villages").rows} == {None}
    assert "2026-07-02" in section.notes[-1][1]
    assert "No plan" in section.notes[-1][1]


def test_the_note_says_which_plans_were_read() -> None:
    section = coverage_section(make_network(), DAY, options=OPTIONS, period=PERIOD)
    assert "2026-07-02 to 2026-07-15 (2 closed, 1 released)" in section.notes[-1][1]


def test_a_village_is_reached_from_the_stated_share_of_its_days_on() -> None:
    days = tuple(
        ServiceDay(
            dt.date(2026, 7, day),
            "closed",
            1,
            frozenset({"A1"}),
            frozenset({"A1"} if day == 1 else ()),
        )
        for day in range(1, 11)
    )
    site = ServicePeriod(dt.date(2026, 7, 14), 2, days).site("A1")
    assert (site.visit_days, site.order_days, site.reached_days) == (10, 10, 9)
    assert site.is_reached(90.0) is True
    assert site.is_reached(90.1) is False
    assert ServicePeriod(DAY, 2, days).site("A2").is_reached(90.0) is None


def test_a_county_without_villages_has_nothing_to_divide_by() -> None:
    centre = make_sites()[0]
    section = coverage_section(Network("210003", [centre], []), DAY, options=OPTIONS, period=PERIOD)
    values = values_of(section)
    assert values["villages"] == 0
    assert values["villages_with_point_share"] is None
    assert values["access"] is None
    assert section.table("worst").rows == ()


def test_a_floor_that_is_no_number_is_named_with_its_station() -> None:
    network = changed(make_network(), "T1", custom={"floor_m3": "big"})
    network = changed(network, "T2", custom={"floor_m3": -1})
    with pytest.raises(InvalidInput) as caught:
        coverage_section(network, DAY)
    assert [fault.pointer for fault in caught.value.faults] == [
        "/sites/T1/custom/floor_m3",
        "/sites/T2/custom/floor_m3",
    ]


def test_every_bad_option_is_told() -> None:
    with pytest.raises(InvalidInput) as caught:
        CoverageOptions(
            catchment_min=-1, floor_m3=float("nan"), weeks=0, weekly_days=8, next_day_percent=101,
            worst=-1,
        )  # fmt: skip
    assert [fault.pointer for fault in caught.value.faults] == [
        "/catchment_min",
        "/floor_m3",
        "/weeks",
        "/weekly_days",
        "/next_day_percent",
        "/worst",
    ]


def test_the_fingerprint_of_a_network_tells_one_network_from_another() -> None:
    network = make_network()
    turned = Network(
        network.county,
        reversed(list(network.sites.values())),
        [replace(road, u=road.v, v=road.u) for road in reversed(network.roads)],
    )
    assert turned.digest == network.digest == network.as_of(DAY).digest
    assert changed(network, "A1", population=1001).digest != network.digest
    assert changed(network, "T3", life=ALWAYS).digest != network.digest
