"""The page counts progress by rules of its own, without anybody to ask: they are the service's."""

import random
import uuid

import pytest

from coop_service.domain.actuals import VisitState, compare_vehicle
from coop_service.domain.china_time import moment_of
from coop_service.domain.drive_route import drive_route
from coop_service.domain.papers.day import PaperDay
from coop_service.domain.stop_records import (
    OF_TRIP,
    Counted,
    RecordKind,
    StopRecord,
    apply_corrections,
)
from coop_service.web.drive import assets_digest
from coop_service.web.road_schemas import DriveStopSchema, DriveTripSchema, StopRecordSchema
from tests.browser.drive_service import DriveService, Phone
from tests.domain.papers.paper_day import CONTEXT, DATE, paper_plan, paper_problem

DAYS = 150

RUN = """async ([folder, days]) => {
  const { applyCorrections, visitsSoFar, tripsSoFar, stateOf } =
    await import(`${folder}progress.js`);
  return days.map(({ route, records }) => {
    const standing = applyCorrections(records);
    return {
      standing: standing.map((record) => record.id),
      states: visitsSoFar(route, standing).map(stateOf),
      trips: tripsSoFar(route, standing).map((trip) => [trip.departedAt, trip.returnedAt]),
    };
  });
}"""


@pytest.fixture
def page(browser, tmp_path):
    service = DriveService(tmp_path)
    phone = Phone(browser, service)
    phone.page.goto(service.link())
    yield phone.page
    phone.check_and_close()
    service.stop()


def random_record(dice, route, earlier):
    kind = dice.choice(list(RecordKind))
    fields = {}
    stop = dice.choice(route.stops)
    if kind in OF_TRIP:
        fields = {"trip_index": dice.randrange(2)}
    elif kind is RecordKind.CORRECTION:
        fields = {
            "corrects": dice.choice(earlier).id if earlier else None,
            "withdraws": dice.random() < 0.5,
        }
    else:
        named = dice.sample(stop.orders, dice.randint(0, len(stop.orders)))
        fields = {
            "visit_index": stop.visit_index if dice.random() < 0.8 else dice.randrange(4),
            "stop": stop.stop,
            "goods": tuple(Counted(one, dice.choice([None, 0, 2]), 0) for one in named),
        }
    moment = moment_of(DATE, dice.randrange(28_800, 40_000))
    return StopRecord(
        id=str(uuid.UUID(int=dice.getrandbits(128))),
        plan=dice.choice(["p1", "p1", "p0"]),
        version=1,
        vehicle="V1",
        kind=kind,
        at=moment,
        received_at=moment,
        **fields,
    )


def random_days():
    problem = paper_problem()
    route = drive_route(PaperDay(problem, paper_plan(problem), CONTEXT), "V1")
    dice = random.Random(1)
    for _ in range(DAYS):
        records = []
        for _ in range(dice.randint(0, 14)):
            records.append(random_record(dice, route, records))
        yield route, records


def written(route, records):
    return {
        "route": {
            "plan": "p1",
            "trips": DriveTripSchema(many=True).dump(route.trips),
            "stops": DriveStopSchema(many=True).dump(route.stops),
        },
        "records": StopRecordSchema(many=True).dump(records),
    }


def milliseconds(time_s):
    return None if time_s is None else moment_of(DATE, time_s).timestamp() * 1000


def test_random_days_come_to_the_same_on_the_page_and_in_the_service(page):
    days = list(random_days())
    folder = f"/drive/assets/{assets_digest()}/"
    found = page.evaluate(RUN, [folder, [written(*day) for day in days]])
    states = set()
    for (route, records), counted in zip(days, found, strict=True):
        assert counted["standing"] == [one.id for one in apply_corrections(records)]
        actual = compare_vehicle(route, "p1", DATE, records, None)
        expected = [
            VisitState.OPEN if visit.state is VisitState.SKIPPED else visit.state
            for visit in actual.visits
        ]
        assert counted["states"] == expected
        states |= set(expected)
        assert counted["trips"] == [
            [milliseconds(trip.departed_s), milliseconds(trip.returned_s)] for trip in actual.trips
        ]
    assert states == set(VisitState) - {VisitState.SKIPPED}
