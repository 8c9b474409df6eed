"""A stored plan to drive: the small day of the papers in the default county; and its events."""

import datetime as dt
import json
import uuid

from coop_service.documents import write_plan, write_problem
from coop_service.domain.stop_records import RecordKind
from coop_service.services.drafts import Draft
from coop_service.store.tables import PlanRow, PlanState
from tests.domain.papers.paper_day import paper_plan, paper_problem

DATE = dt.date(2026, 10, 15)
COUNTY = "210882"
NINE = dt.datetime(2026, 10, 15, 1, tzinfo=dt.UTC)


def plan_row(
    name="p1", version=1, county=COUNTY, state=PlanState.DRAFT, *, problem=None, plan=None
):
    problem = problem or paper_problem()
    plan = plan or paper_plan(problem)
    return PlanRow(
        id=name,
        county=county,
        date=DATE,
        version=version,
        state=state,
        status=plan.status,
        cost_yuan=plan.cost,
        vehicles_used=1,
        orders_served=7,
        orders_unassigned=0,
        problem=json.dumps(write_problem(problem)),
        document=write_plan(plan),
        created_by="test",
    )


def event(kind, **more):
    values = {
        "id": uuid.uuid4(),
        "plan": "p1",
        "kind": RecordKind(kind),
        "at": NINE,
        "trip": None,
        "visit": None,
        "stop": None,
        "goods": (),
        "reason": None,
        "note": "",
        "cash_yuan": None,
        "returned_pieces": None,
        "lon": None,
        "lat": None,
        "attachments": (),
        "corrects": None,
        "withdraws": False,
    }
    return Draft(values | more, where="/events/0")


def at_c1(kind="unloaded", **more):
    counted = ({"order": "o1", "pieces": 4.0, "weight_kg": 20.0},)
    return event(kind, **{"trip": 0, "visit": 0, "stop": "c1", "goods": counted} | more)
