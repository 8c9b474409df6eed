"""The small day of the papers as a stored plan."""

import json

from coop_service.documents import write_plan, write_problem
from coop_service.store.tables import PlanRow
from tests.domain.papers.paper_day import DATE


def paper_row(problem, plan):
    """Plan p1 of the default county, version 3."""
    return PlanRow(
        id="p1",
        county="210882",
        date=DATE,
        version=3,
        status=plan.status,
        cost_yuan=plan.cost,
        vehicles_used=1,
        orders_served=7,
        orders_unassigned=0,
        problem=json.dumps(write_problem(problem)),
        document=write_plan(plan),
        created_by="test",
    )
