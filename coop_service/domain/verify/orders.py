"""What becomes of each order: served once at its place, or left out and said so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set as AbstractSet

from coop_service.domain.plan import Plan, Reason
from coop_service.domain.problem import Direction, Order, Problem
from coop_service.domain.verify.verdict import Findings, Rule


def check_services(problem: Problem, plan: Plan, findings: Findings) -> frozenset[str]:
    """Report orders that are doubled, misplaced or unknown in visits; the ids of those served.

    An order counts as served wherever it appears in a visit; what is wrong with the way it is
    served is reported by itself. An inbound order that is on board is served: it was collected.
    """
    seen = _collected_before(problem)
    served = {name for name, end in seen if end is None}
    for route in plan.routes:
        for visit in route.visits:
            for name in visit.orders:
                order = problem.order_by_id.get(name)
                if order is None:
                    _report_unknown(name, findings, route.vehicle, visit.stop)
                    continue
                served.add(name)
                if visit.stop in (order.stop, order.to_stop):
                    seen[name, _end(order, visit.stop)] += 1
                else:
                    findings.add(
                        Rule.WRONG_STOP,
                        f"不属于停靠点 {visit.stop}，应在 {order.stop}",
                        f"does not belong to stop {visit.stop} but to {order.stop}",
                        amount=1,
                        unit="orders",
                        vehicle=route.vehicle,
                        stop=visit.stop,
                        order=name,
                    )
    for (name, end), times in seen.items():
        if times > 1:
            findings.add(
                Rule.ORDER_TWICE,
                f"被服务 {times} 次，只应一次",
                f"is served {times} times, once is right",
                amount=times - 1,
                unit="visits",
                stop=end or problem.order_by_id[name].stop,
                order=name,
            )
    return frozenset(served)


def check_left_out(
    problem: Problem, plan: Plan, served: AbstractSet[str], findings: Findings
) -> None:
    """Report orders that are lost, and entries under ``unassigned`` that are not right."""
    listed = Counter(left_out.order for left_out in plan.unassigned)
    for name, times in listed.items():
        if name not in problem.order_by_id:
            _report_unknown(name, findings)
        if times > 1:
            findings.add(
                Rule.LISTED_TWICE,
                f"在 unassigned 中列出 {times} 次",
                f"is listed {times} times under unassigned",
                amount=times - 1,
                unit="entries",
                order=name,
            )
        if name in served:
            findings.add(
                Rule.ORDER_SERVED_AND_UNASSIGNED,
                "既被服务又列为未安排",
                "is served and listed under unassigned as well",
                amount=1,
                unit="orders",
                order=name,
            )
    for order in problem.orders:
        if order.id not in served and order.id not in listed:
            findings.add(
                Rule.ORDER_MISSING,
                "既未被服务，也未列为未安排",
                "is neither served nor listed under unassigned",
                amount=1,
                unit="orders",
                stop=order.stop,
                order=order.id,
            )
    for left_out in plan.unassigned:
        order_left = problem.order_by_id.get(left_out.order)
        if (
            order_left is not None
            and order_left.drop_penalty is None
            and left_out.reason == Reason.NOT_WORTH_ITS_PENALTY
        ):
            findings.add(
                Rule.WRONG_REASON,
                "必送订单没有罚金，不能以“不值其罚金”为由",
                "a mandatory order has no penalty that it could be not worth",
                amount=1,
                unit="orders",
                order=left_out.order,
            )


def _collected_before(problem: Problem) -> Counter[tuple[str, str | None]]:
    """The ends of orders on board that are done: inbound ones, and where transfers come from."""
    done: Counter[tuple[str, str | None]] = Counter()
    for vehicle in problem.vehicles:
        for item in vehicle.underway.on_board if vehicle.underway else ():
            order = problem.order_by_id[item.order]
            if order.direction != Direction.OUTBOUND:
                done[order.id, _end(order, order.stop)] += 1
    return done


def _end(order: Order, stop: str) -> str | None:
    """Which end of a transfer a stop is; other orders have one end only."""
    return stop if order.direction == Direction.TRANSFER else None


def _report_unknown(
    name: str, findings: Findings, vehicle: str | None = None, stop: str | None = None
) -> None:
    findings.add(
        Rule.UNKNOWN_ORDER,
        f"没有订单 {name}",
        f"there is no order {name}",
        amount=1,
        unit="orders",
        vehicle=vehicle,
        stop=stop,
        order=name,
    )
