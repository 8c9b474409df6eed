"""The way of a lot, by its identifier."""

from __future__ import annotations

from typing import Any

from coop_service.services.road import trace
from coop_service.web.auth import allow, caller
from coop_service.web.bodies import ApiBlueprint
from coop_service.web.context import db_session
from coop_service.web.road_schemas import TraceSchema

blp = ApiBlueprint("trace", __name__, url_prefix="/trace", description="追溯 / Traceability")


@blp.route("/<path:identifier>")
@allow()
@blp.response(200, TraceSchema)
def get_trace(identifier: str) -> dict[str, Any]:
    """批次的去向,按时间排列 / The way of a lot in time order.

    标识含斜杠,照原样写在地址里。 / An identifier holds a slash, which is written as it is.
    """
    order, events = trace(db_session(), caller().county, identifier)
    return {
        "identifier": identifier,
        "order": order.key,
        "date": order.date,
        "direction": order.direction.value,
        "goods_class": order.goods_class,
        "synthetic": order.synthetic,
        "events": events,
    }
