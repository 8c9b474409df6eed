"""The coverage of a stored county: which plans are read, and that all of it is right."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from check_coverage import check
from sqlmodel import Session

from coop_service.domain.plan import Status
from coop_service.domain.records import Site, SiteState
from coop_service.domain.reports import CoverageOptions, ServiceDay
from coop_service.errors import InvalidInput
from coop_service.services.coverage_reports import (
    NetworkDiffers,
    coverage_options,
    gather_service,
    list_definitions,
    make_coverage_report,
)
from coop_service.settings import Settings
from coop_service.store.queries import find_record, load_network, put_records
from coop_service.store.tables import PlanRow, PlanState
from tests.services.conftest import booked

COUNTY = "210882"
DAY = dt.date(2026, 10, 15)
ONE, OTHER, THIRD, STATION = "210882105200", "210882003200", "210882104220", "210882104"


def stop(name, *orders):
    return {"stop": name, "orders": list(orders)}


def store_plan(session, date, version, state, stops, left_out=()):
    """A plan that does no more than call at stops and leave out orders."""
    session.add(
        PlanRow(
            id=f"{date}-{version}",
            county=COUNTY,
            date=date,
            version=version,
            state=state,
            status=Status.FEASIBLE,
            cost_yuan=0.0,
            vehicles_used=1,
            orders_served=1,
            orders_unassigned=len(left_out),
            problem="{}",
            document={
                "routes": [{"trips": [{"stops": list(stops)}]}],
                "unassigned": [{"order": name} for name in left_out],
            },
            created_by="test",
        )
    )


@pytest.fixture
def planned(store):
    """Plans of five days: closed, in force, both, a draft, and one before the weeks."""
    with Session(store) as session:
        put_records(session, COUNTY, [booked("o4", ONE, "transfer", to_site=THIRD)])
        days = [DAY - dt.timedelta(days=n) for n in range(5)]
        store_plan(session, days[0], 1, PlanState.SUPERSEDED, [stop(OTHER, "a")])
        store_plan(
            session,
            days[0],
            2,
            PlanState.RELEASED,
            [stop(ONE, "o1"), stop(f"{ONE}#2", "o2"), stop(f"{STATION}:down", "x:trunk")],
            ["o3"],
        )
        store_plan(session, days[1], 1, PlanState.CLOSED, [stop(ONE, "a"), stop(THIRD)], ["o4"])
        store_plan(session, days[2], 1, PlanState.CLOSED, [stop(ONE, "a")])
        store_plan(session, days[2], 2, PlanState.CLOSED, [stop(OTHER, "a")])
        store_plan(session, days[2], 3, PlanState.IN_PROGRESS, [stop(THIRD, "a")])
        store_plan(session, days[3], 1, PlanState.DRAFT, [stop(ONE, "a")])
        before = DAY - dt.timedelta(days=28)
        store_plan(session, before, 1, PlanState.CLOSED, [stop(OTHER, "a")])
        session.commit()
    return store


def test_of_each_day_the_closed_plan_is_read_or_else_the_one_in_force(planned):
    with Session(planned) as session:
        period = gather_service(session, COUNTY, DAY, weeks=4)
    assert period.first == dt.date(2026, 9, 18)
    assert period.days == (
        ServiceDay(dt.date(2026, 10, 13), "closed", 2, frozenset({OTHER}), frozenset()),
        # a visit without orders is none; both ends of a transfer that is left out are missed
        ServiceDay(dt.date(2026, 10, 14), "closed", 1, frozenset({ONE}), frozenset({ONE, THIRD})),
        # a further stop of a site is its site; a call at the hub is none of the station's village
        ServiceDay(DAY, "released", 2, frozenset({ONE}), frozenset({"210882003"})),
    )


def test_more_weeks_reach_further_back(planned):
    with Session(planned) as session:
        assert len(gather_service(session, COUNTY, DAY, weeks=5).days) == 4


def test_a_stored_county_is_reported_with_its_network_and_sources(planned):
    with Session(planned) as session:
        report = make_coverage_report(session, COUNTY, DAY, CoverageOptions())
        digest = load_network(session, COUNTY).digest
    assert (report.county, report.county_name) == (COUNTY, "大石桥市")
    assert (report.first_day, report.last_day) == (dt.date(2026, 9, 18), DAY)
    assert report.network_digest == digest
    assert "© GeoNames, CC BY 4.0" in report.notes[0]
    [section] = report.sections
    assert next(e.value for e in section.figures if e.code == "coverage.plan_days") == 3


def test_another_network_than_the_one_asked_for_is_refused(planned):
    with Session(planned) as session:
        digest = load_network(session, COUNTY).digest
        make_coverage_report(session, COUNTY, DAY, CoverageOptions(), network_digest=digest)
        site = find_record(session, COUNTY, Site, ONE)
        put_records(session, COUNTY, [_closed(site)])
        with pytest.raises(NetworkDiffers, match=digest):
            make_coverage_report(session, COUNTY, DAY, CoverageOptions(), network_digest=digest)


def _closed(site, first=dt.date(2026, 1, 1)):
    return replace(site, life=((first, SiteState.CLOSED),))


def test_the_whole_report_is_what_networkx_and_plain_loops_say(planned, tmp_path):
    """With plans, closed points, a closed station, and a station that states what it holds."""
    with Session(planned) as session:
        sites = load_network(session, COUNTY).sites
        changed = [_closed(sites[code]) for code in (ONE, "210882116", "210882115215")]
        put_records(session, COUNTY, [*changed, replace(sites[STATION], custom={"floor_m3": 55})])
        session.commit()
    compared, differences = check(str(planned.url), COUNTY, DAY)
    assert differences == []
    assert compared > 15_000


def test_settings_and_options_have_the_same_thresholds():
    assert coverage_options(Settings()) == CoverageOptions()


def test_what_is_given_goes_before_the_settings():
    options = coverage_options(
        Settings(coverage_weeks=6, coverage_bands_km="1,2"), {"point_min": 7.5, "weeks": None}
    )
    assert (options.weeks, options.thresholds.point_min) == (6, 7.5)
    assert options.thresholds.bands_km == (1.0, 2.0)


def test_every_bad_threshold_is_told_at_once():
    with pytest.raises(InvalidInput) as caught:
        coverage_options(Settings(), {"point_min": -1.0, "bands_km": (2.0, 1.0), "weeks": 0})
    assert [fault.pointer for fault in caught.value.faults] == ["/point_min", "/bands_km", "/weeks"]


def test_definitions_are_those_of_the_settings():
    [(title, definitions)] = list_definitions(Settings(coverage_station_min=17.0))
    assert title == ("覆盖", "Coverage")
    assert any("17 分钟" in each.formula[0] for each in definitions)
