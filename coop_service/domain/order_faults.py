"""Everything that can be wrong with an order of a day, found in one pass."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from coop_service.domain.goods import GOODS_CLASSES, TEMPERATURES
from coop_service.domain.problem import Direction
from coop_service.domain.records import DayOrder, Site, Tier
from coop_service.errors import Fault, both, pointer

DEPOT_TIERS: Final = (Tier.CENTRE, Tier.STATION)
"""Where goods can be loaded for villages and brought to."""

LIMITS: Final[Mapping[str, tuple[float, float]]] = {
    "weight_kg": (0, 1e6),
    "volume_m3": (0, 1e4),
    "pieces": (0, 1_000_000),
    "service_s": (0, 86_400),
    "max_on_board_s": (0, 604_800),
    "priority": (0, 1_000_000),
    "drop_penalty_yuan": (0, 1e9),
}
"""Least and greatest amount of a field; beyond it a slip of the pen is likelier than an order."""

LAST_WINDOW_S: Final = 2 * 86_400
"""A window may reach into the night after the day, no further."""


def find_order_faults(
    order: DayOrder,
    sites: Mapping[str, Site],
    first_date: dt.date,
    last_date: dt.date,
    unread: Collection[str] = (),
) -> tuple[Fault, ...]:
    """Every fault of an order, with a JSON pointer into the order itself.

    Args:
        order: the order.
        sites: the county's sites by code.
        first_date: earliest date that an order may have.
        last_date: latest date that it may have.
        unread: fields that could not be read and hold a stand-in; what depends on one of them is
            not judged.
    """
    found = (
        *_key_faults(order),
        *_date_faults(order, first_date, last_date),
        *_range_faults(order),
        *_choice_faults(order),
        *_window_faults(order),
        *_site_faults(order, sites),
    )
    return tuple(fault for depends_on, fault in found if not depends_on & set(unread))


_Found = Iterator[tuple[set[str], Fault]]


def _fault(field: str, code: str, zh: str, en: str) -> tuple[set[str], Fault]:
    return {field}, Fault(pointer(field), code, both(zh, en))


def _key_faults(order: DayOrder) -> _Found:
    # The key is part of an address: what a client or proxy would change on the way is refused.
    if "/" in order.key or "\\" in order.key or order.key in (".", "..") or order.key.isspace():
        yield _fault(
            "key",
            "bad_key",
            "订单号不能含斜杠,也不能为“.”、“..”或空白",
            "a key must hold no slash and must not be '.', '..' or blank",
        )


def _date_faults(order: DayOrder, first: dt.date, last: dt.date) -> _Found:
    if not first <= order.date <= last:
        yield _fault(
            "date",
            "out_of_range",
            f"应在 {first} 与 {last} 之间,收到 {order.date}",
            f"must be between {first} and {last}, got {order.date}",
        )


def _range_faults(order: DayOrder) -> _Found:
    for field, (least, greatest) in LIMITS.items():
        amount = getattr(order, field)
        if amount is None or (math.isfinite(amount) and least <= amount <= greatest):
            continue
        yield _fault(
            field,
            "out_of_range",
            f"应在 {least} 与 {greatest:.0f} 之间,收到 {amount}",
            f"must be between {least} and {greatest:.0f}, got {amount}",
        )


def _choice_faults(order: DayOrder) -> _Found:
    if order.goods_class not in GOODS_CLASSES:
        names = "、".join(f"{goods.code}({goods.zh})" for goods in GOODS_CLASSES.values())
        yield _fault(
            "goods_class",
            "unknown_goods",
            f"没有货类“{order.goods_class}”,可选:{names}",
            f"there is no goods class {order.goods_class!r}; there are {', '.join(GOODS_CLASSES)}",
        )
    if order.temperature not in TEMPERATURES:
        names = "、".join(f"{band.code}({band.zh})" for band in TEMPERATURES.values())
        yield _fault(
            "temperature",
            "unknown_temperature",
            f"没有温区“{order.temperature}”,可选:{names}",
            f"there is no temperature {order.temperature!r}; there are {', '.join(TEMPERATURES)}",
        )


def _window_faults(order: DayOrder) -> _Found:
    for i, (first_s, last_s) in enumerate(order.windows_s):
        where = pointer("windows_s", i)
        if not (0 <= first_s <= LAST_WINDOW_S and 0 <= last_s <= LAST_WINDOW_S):
            message = both(
                f"时刻应在 0 与 {LAST_WINDOW_S} 秒之间",
                f"times must be between 0 and {LAST_WINDOW_S} s",
            )
            yield {"windows_s"}, Fault(where, "out_of_range", message)
        elif last_s < first_s:
            message = both(
                f"结束({last_s} 秒)早于开始({first_s} 秒)",
                f"ends at {last_s} s, before it starts at {first_s} s",
            )
            yield {"windows_s"}, Fault(where, "window_reversed", message)


def _site_faults(order: DayOrder, sites: Mapping[str, Site]) -> _Found:
    for field in ("site", "depot", "to_site"):
        code = getattr(order, field)
        if code is not None and code not in sites:
            yield _fault(
                field,
                "unknown_site",
                f"没有编码为 {code} 的站点",
                f"there is no site {code}",
            )
    depot = sites.get(order.depot)
    if depot is not None and depot.tier not in DEPOT_TIERS:
        yield _fault(
            "depot",
            "not_a_depot",
            f"{depot.name}({depot.code})不是县中心或乡镇站,不能作为发货点",
            f"{depot.code} is neither the county centre nor a township station",
        )
    yield from _journey_faults(order)


def _journey_faults(order: DayOrder) -> _Found:
    if order.direction is not Direction.TRANSFER:
        if order.to_site is not None:
            message = both(
                f"方向为 {order.direction} 的订单不得有 to_site,只有 transfer 可有",
                f"an order that goes {order.direction} has no to_site, only a transfer has one",
            )
            fault = Fault("/to_site", "to_site_without_transfer", message)
            yield {"direction", "to_site"}, fault
        if order.site == order.depot:
            message = both("站点与发货点相同", "the site is the depot itself")
            yield {"direction", "site", "depot"}, Fault("/site", "same_site", message)
    elif order.to_site is None:
        message = both("transfer 订单需要 to_site", "a transfer needs a to_site")
        yield {"direction", "to_site"}, Fault("/to_site", "missing_to_site", message)
    elif order.to_site == order.site:
        message = both("to_site 与 site 相同", "the to_site is the site itself")
        yield {"direction", "site", "to_site"}, Fault("/to_site", "same_site", message)
