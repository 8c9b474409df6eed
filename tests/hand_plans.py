"""A day of two vans on a straight road and its plan, small enough to change in the head.

The centre at 0 km, c1 at 10, c2 at 20 and c3 at 30; 60 s a kilometre, no service times. A van costs
100 yuan, 1 yuan a km and 36 yuan an hour (0.01 yuan a second).

V1 leaves at 10:00 for c1 (o1) and c2 (o2): 40 km, 2400 s, 100 + 40 + 24 = 164 yuan.
V2 leaves at 10:00 for c3 (o3): 60 km, 3600 s, 100 + 60 + 36 = 196 yuan.
"""

import datetime as dt
import json
import uuid
from dataclasses import replace

from sqlmodel import Session

from coop_service.documents import write_plan, write_problem
from coop_service.domain.key_figures import key_figures
from coop_service.store.tables import PlanRow
from tests.domain.verify.conftest import build_problem, simulate

COST = 360.0
DAY = dt.date(2026, 10, 15)
LEAVE_S = 36_000
ORDERS = ({"stop": "c1"}, {"stop": "c2"}, {"stop": "c3"})
ROUTES = {
    "V1": [{"depart_s": LEAVE_S, "calls": [("c1", ["o1"]), ("c2", ["o2"])]}],
    "V2": [{"depart_s": LEAVE_S, "calls": [("c3", ["o3"])]}],
}


def small_problem(positions_km=(0, 10, 20, 30), **changes):
    return build_problem(positions_km, **({"orders": ORDERS, "vehicles": ({}, {})} | changes))


def small_plan(problem=None, routes=None, **terms):
    problem = problem or small_problem()
    plan = simulate(problem, routes or ROUTES, **terms)
    return replace(plan, kpis=key_figures(problem, plan))


def store_plan(engine, county, problem=None, plan=None, *, version=1, **changes):
    """A stored plan; its id."""
    problem = problem or small_problem()
    plan = plan or small_plan(problem)
    plan_id = str(uuid.uuid4())
    fields = {
        "id": plan_id,
        "county": county,
        "date": DAY,
        "version": version,
        "status": plan.status,
        "problem": json.dumps(write_problem(problem)),
        "document": write_plan(plan),
        "created_by": "早班",
        "cost_yuan": plan.cost,
        "vehicles_used": len(plan.routes),
        "orders_served": len(problem.orders) - len(plan.unassigned),
        "orders_unassigned": len(plan.unassigned),
    }
    with Session(engine) as session:
        session.add(PlanRow(**(fields | changes)))
        session.commit()
    return plan_id
