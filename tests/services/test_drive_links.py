"""Links of drivers: what opens, what opens no more, and why."""

import datetime as dt

import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlmodel import Session

from coop_service.errors import InvalidInput
from coop_service.services import drive_links
from coop_service.services.counties import put_county
from coop_service.services.drive_links import (
    LinkGone,
    LinkRefused,
    issue_links,
    open_link,
    withdraw_links,
)
from coop_service.services.planning import UnknownPlan
from coop_service.settings import Settings
from tests.services.road_day import COUNTY, plan_row

SETTINGS = Settings(link_secret="a secret of the tests", link_hours=2)


@pytest.fixture
def session(store):
    with Session(store) as session:
        put_county(session, "210001", "别县")
        session.add(plan_row())
        session.commit()
        yield session


def issue(session, **more):
    return issue_links(session, SETTINGS, COUNTY, "p1", "tester", **more)


def test_a_link_opens_the_day_of_its_vehicle(session):
    [link] = issue(session)
    opened = open_link(session, SETTINGS, link.token)
    assert (opened.county, opened.plan.id, opened.vehicle) == (COUNTY, "p1", "V1")
    assert (link.vehicle, link.number) == ("V1", 1)
    in_two_hours = dt.datetime.now(dt.UTC) + dt.timedelta(hours=2)
    assert abs(link.expires_at - in_two_hours) < dt.timedelta(minutes=1)


def test_only_vehicles_that_leave_have_links(session):
    assert [link.vehicle for link in issue(session)] == ["V1"]
    with pytest.raises(InvalidInput, match="V2"):
        issue(session, vehicles=["V1", "V2"])


def test_asking_again_keeps_earlier_links_open(session):
    [first], [second] = issue(session), issue(session)
    assert second.number == 1
    assert open_link(session, SETTINGS, first.token).number == 1


def test_a_renewed_link_ends_the_earlier_one(session):
    [first] = issue(session)
    [second] = issue(session, renew=True)
    with pytest.raises(LinkGone, match="取代"):
        open_link(session, SETTINGS, first.token)
    assert open_link(session, SETTINGS, second.token).number == 2


def test_a_withdrawn_link_opens_nothing(session):
    [link] = issue(session)
    assert withdraw_links(session, COUNTY, "p1", "tester") == ["V1"]
    with pytest.raises(LinkGone):
        open_link(session, SETTINGS, link.token)


def test_where_there_was_no_link_none_is_withdrawn(session):
    assert withdraw_links(session, COUNTY, "p1", "tester", ["V1"]) == []
    assert [link.number for link in issue(session)] == [1]


def test_an_expired_link_says_so(session, monkeypatch):
    [link] = issue(session)
    later = link.expires_at.timestamp() + 5
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
    with pytest.raises(LinkGone, match="过期"):
        open_link(session, SETTINGS, link.token)


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: "x" + t, lambda t: "", str.upper])
def test_a_link_that_was_changed_is_none_of_ours(session, change):
    [link] = issue(session)
    with pytest.raises(LinkRefused):
        open_link(session, SETTINGS, change(link.token))


def test_another_secret_or_another_purpose_opens_nothing(session):
    [link] = issue(session)
    with pytest.raises(LinkRefused):
        open_link(session, Settings(link_secret="another"), link.token)
    foreign = URLSafeTimedSerializer(SETTINGS.link_secret, salt="other")
    with pytest.raises(LinkRefused):
        open_link(session, SETTINGS, foreign.dumps([COUNTY, "p1", "V1", 1]))


def test_a_link_of_a_county_does_not_open_anothers(session):
    issue(session)
    signer = drive_links._signer(SETTINGS)
    with pytest.raises(LinkGone):
        open_link(session, SETTINGS, signer.dumps(["210001", "p1", "V1", 1]))


def test_another_county_gets_no_links(session):
    with pytest.raises(UnknownPlan):
        issue_links(session, SETTINGS, "210001", "p1", "tester")
    with pytest.raises(UnknownPlan):
        withdraw_links(session, "210001", "p1", "tester")
