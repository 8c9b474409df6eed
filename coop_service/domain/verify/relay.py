"""Townships served over a hub: their modes, and every link between the legs of their orders."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from coop_service.domain.handovers import Handover, find_handovers, floor_stays
from coop_service.domain.occupancy import Stay, find_excesses
from coop_service.domain.plan import Plan
from coop_service.domain.problem import Direction, Hub, Mode, Problem
from coop_service.domain.relay import Leg, Modes, hub_stop_id, legs_of
from coop_service.domain.verify.depots import check_crowding, loadings
from coop_service.domain.verify.verdict import Findings, Rule, clock
from coop_service.domain.verify.walked import WalkedRoute


def check_modes(problem: Problem, plan: Plan, findings: Findings) -> dict[str, Mode]:
    """Report townships without a mode, or with a wrong one; the mode that each is judged in."""
    fixed = {relay.id: relay.fixed_mode for relay in problem.relays}
    chosen: dict[str, Mode] = {}
    for choice in plan.modes:
        asked = fixed.get(choice.relay)
        if choice.relay not in fixed:
            _report_township(
                Rule.UNKNOWN_RELAY,
                f"没有乡镇 {choice.relay}",
                f"there is no township {choice.relay}",
                findings,
            )
        elif choice.relay not in chosen and asked not in (None, choice.mode):
            _report_township(
                Rule.WRONG_MODE,
                f"乡镇 {choice.relay} 的方式定为 {asked}，计划却用 {choice.mode}",
                f"the mode of township {choice.relay} is fixed to {asked}, the plan has "
                f"{choice.mode}",
                findings,
            )
        chosen.setdefault(choice.relay, choice.mode)
    for name, times in Counter(choice.relay for choice in plan.modes).items():
        if times > 1:
            _report_township(
                Rule.LISTED_TWICE,
                f"乡镇 {name} 在 modes 中列出 {times} 次",
                f"township {name} is listed {times} times under modes",
                findings,
            )
    for name in fixed:
        if name not in chosen:
            _report_township(
                Rule.MODE_MISSING,
                f"未写明乡镇 {name} 的方式",
                f"the plan does not say the mode of township {name}",
                findings,
            )
    return {name: chosen.get(name, asked or Mode.DIRECT) for name, asked in fixed.items()}


def check_relays(
    problem: Problem,
    modes: Modes,
    walked: Sequence[WalkedRoute],
    served: AbstractSet[str],
    findings: Findings,
) -> None:
    """Report broken chains, and whatever is wrong at the hubs.

    Args:
        problem: the problem with its relays.
        modes: of each of its townships.
        walked: the routes, in legs.
        served: ids of the legs and other orders that are served.
        findings: takes the violations.
    """
    _check_chains(legs_of(problem, modes), served, findings)
    handovers = find_handovers(problem, modes, [route.driven() for route in walked])
    _check_links(handovers, findings)
    _check_time_on_the_way(problem, handovers, findings)
    for hub in problem.hubs:
        _check_floor(hub, [one for one in handovers if one.hub == hub.depot], findings)
        _check_doors(hub, walked, findings)


def _report_township(rule: Rule, zh: str, en: str, findings: Findings) -> None:
    findings.add(rule, zh, en, amount=1, unit="townships")


def _check_chains(legs: Sequence[Leg], served: AbstractSet[str], findings: Findings) -> None:
    chains: defaultdict[str, list[Leg]] = defaultdict(list)
    for leg in legs:
        chains[leg.order].append(leg)
    for order, chain in chains.items():
        missing = [leg for leg in chain if leg.id not in served]
        if missing and len(missing) < len(chain):
            names = [leg.id for leg in missing]
            findings.add(
                Rule.CHAIN_INCOMPLETE,
                f"中转的一段 {'、'.join(names)} 未安排，另一段却已安排",
                f"the leg {', '.join(names)} is not served, though the other is",
                amount=len(missing),
                unit="legs",
                order=order,
            )


def _check_links(handovers: Sequence[Handover], findings: Findings) -> None:
    """One violation for what one vehicle takes too early of what one other has brought."""
    links: defaultdict[object, list[Handover]] = defaultdict(list)
    for one in handovers:
        links[one.brought, one.taken].append(one)
    for link in links.values():
        first = link[0]
        if first.taken is None or first.taken_s is None or first.taken_s >= first.sorted_s:
            continue
        brought_by, count = first.brought.vehicle, len(link)
        ready, taken = clock(first.sorted_s), clock(first.taken_s)
        if first.direction == Direction.OUTBOUND:
            rule, stop = Rule.NOT_SORTED, None
            zh = f"{taken} 从 {first.hub} 出发，而 {brought_by} 送来的 {count} 单 {ready} 才分拣完"
            en = (
                f"leaves {first.hub} at {taken}, but {count} orders that {brought_by} brings are "
                f"sorted only at {ready}"
            )
        else:
            rule, stop = Rule.MISSED_TRUNK, hub_stop_id(first.hub, first.direction)
            zh = f"{taken} 开始装车，而 {brought_by} 带回的 {count} 单 {ready} 才分拣完"
            en = (
                f"starts loading at {taken}, but {count} orders that {brought_by} brings are "
                f"sorted only at {ready}"
            )
        findings.add(
            rule,
            zh,
            en,
            amount=first.sorted_s - first.taken_s,
            unit="s",
            vehicle=first.taken.vehicle,
            stop=stop,
            order=first.order if count == 1 else None,
        )


def _check_time_on_the_way(
    problem: Problem, handovers: Sequence[Handover], findings: Findings
) -> None:
    """Perishables over both legs; where today's chain is one leg, that leg has the limit."""
    for one in handovers:
        order = problem.order_by_id[one.order]
        limit_s = order.max_on_board_s
        if limit_s is None or one.taken is None or one.on_way_until_s is None:
            continue
        on_way_s = one.on_way_until_s - one.on_way_from_s
        if on_way_s > limit_s:
            findings.add(
                Rule.MAX_ON_BOARD,
                f"经 {one.hub} 中转共 {on_way_s} 秒，上限 {limit_s} 秒",
                f"on the way over {one.hub} for {on_way_s} s, the limit is {limit_s} s",
                amount=on_way_s - limit_s,
                unit="s",
                vehicle=one.taken.vehicle,
                stop=order.stop if one.direction == Direction.OUTBOUND else None,
                order=one.order,
            )


def _check_floor(hub: Hub, handovers: Sequence[Handover], findings: Findings) -> None:
    for unit, space in hub.floor.items():
        for excess in find_excesses(floor_stays(handovers, unit), space):
            over = excess.level - space
            findings.add(
                Rule.HUB_FLOOR,
                f"{hub.depot} 的场地 {clock(excess.time_s)} 存放 {excess.level:.10g} {unit}，"
                f"超过 {over:.10g}",
                f"{excess.level:.10g} {unit} lie on the floor of {hub.depot} at "
                f"{clock(excess.time_s)}, {over:.10g} too much",
                amount=over,
                unit=unit,
            )


def _check_doors(hub: Hub, walked: Sequence[WalkedRoute], findings: Findings) -> None:
    if hub.doors is not None:
        stays = [*_trunk_services(hub, walked), *loadings(walked, hub.depot)]
        stays.sort(key=lambda stay: stay.from_s)
        check_crowding(Rule.HUB_DOORS, ("月台门", "doors"), hub.depot, stays, hub.doors, findings)


def _trunk_services(hub: Hub, walked: Sequence[WalkedRoute]) -> Iterator[Stay]:
    stops = {
        hub_stop_id(hub.depot, direction) for direction in (Direction.OUTBOUND, Direction.INBOUND)
    }
    for route in walked:
        for trip in route.trips:
            for visited in trip.visits:
                if visited.visit.stop in stops:
                    yield Stay(route.vehicle.id, visited.start_s, visited.end_s)
