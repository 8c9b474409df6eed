"""Signed links that open a vehicle's day to its driver, without a key of their own.

A link names county, plan, vehicle and a number. It opens the day until it expires or another number
is given out; anything that was changed in it fails its signature.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from coop_service.errors import CoopError, Fault, InvalidInput, both
from coop_service.services.link_secret import read_link_secret
from coop_service.services.planning import get_plan
from coop_service.settings import Settings
from coop_service.store.queries import lock_county
from coop_service.store.tables import IN_FORCE, DriveLinkRow, PlanRow, utc_now

_SALT: Final = "drive-link"


class LinkRefused(PermissionError, CoopError):
    """No link of ours."""

    code = "link_refused"


class LinkGone(LookupError, CoopError):
    """A link that was right once: expired, replaced or withdrawn."""

    code = "link_gone"


@dataclass(frozen=True, slots=True)
class DriverLink:
    """A link to hand out; ``token`` is the part of its address that opens it."""

    vehicle: str
    number: int
    token: str
    expires_at: dt.datetime


@dataclass(frozen=True, slots=True)
class OpenedLink:
    """What a link opens; ``plan`` is the one that it was made for, without its documents."""

    plan: PlanRow
    vehicle: str
    number: int

    @property
    def county(self) -> str:
        """Code of the county."""
        return self.plan.county


def issue_links(
    session: Session,
    settings: Settings,
    county: str,
    plan_id: str,
    issued_by: str,
    *,
    vehicles: Collection[str] = (),
    renew: bool = False,
) -> list[DriverLink]:
    """A link for each vehicle that the plan uses, and commit.

    Args:
        session: of the store.
        settings: of the service.
        county: code of the county.
        plan_id: the plan.
        issued_by: who asks.
        vehicles: only for these; empty: for all that the plan uses.
        renew: give out new numbers, so that earlier links open nothing any more.

    Raises:
        UnknownPlan: the county has none of that id.
        InvalidInput: a vehicle that the plan does not use.
    """
    chosen, rows = _lock_rows(session, county, plan_id, vehicles)
    for vehicle in chosen:
        row = rows.get(vehicle)
        if row is None:
            row = DriveLinkRow(
                plan_id=plan_id, vehicle=vehicle, county=county, created_by=issued_by
            )
            session.add(row)
            rows[vehicle] = row
        elif renew:
            _renumber(row, issued_by)
    numbers = {vehicle: rows[vehicle].number for vehicle in chosen}
    session.commit()
    expires_at = utc_now().replace(microsecond=0) + dt.timedelta(hours=settings.link_hours)
    signer = _signer(settings)
    return [
        DriverLink(vehicle, number, signer.dumps([county, plan_id, vehicle, number]), expires_at)
        for vehicle, number in numbers.items()
    ]


def page_address(base_url: str, link: DriverLink) -> str:
    """The address of the page that a link opens."""
    return f"{base_url}/drive/{link.token}"


def driver_pages(
    session: Session, settings: Settings, county: str, plan_id: str, issued_by: str
) -> dict[str, str]:
    """Addresses of the drivers' pages of a plan by vehicle, to be printed; and commit.

    There are none where phones have no address to reach (``COOP_BASE_URL``), nor of a plan that is
    not in force, which nobody is to drive by.

    Raises:
        UnknownPlan: the county has none of that id.
    """
    plan = get_plan(session, county, plan_id)
    if not settings.base_url or plan.state not in IN_FORCE:
        return {}
    links = issue_links(session, settings, county, plan_id, issued_by)
    return {link.vehicle: page_address(settings.base_url, link) for link in links}


def withdraw_links(
    session: Session,
    county: str,
    plan_id: str,
    withdrawn_by: str,
    vehicles: Collection[str] = (),
) -> list[str]:
    """Let no link to these vehicles (empty: to any of the plan's) open anything; and commit.

    Returns:
        The vehicles that had a link.

    Raises:
        UnknownPlan: the county has none of that id.
        InvalidInput: a vehicle that the plan does not use.
    """
    chosen, rows = _lock_rows(session, county, plan_id, vehicles)
    withdrawn = [vehicle for vehicle in chosen if vehicle in rows]
    for vehicle in withdrawn:
        _renumber(rows[vehicle], withdrawn_by)
    session.commit()
    return withdrawn


def open_link(session: Session, settings: Settings, token: str) -> OpenedLink:
    """What a link opens.

    Raises:
        LinkRefused: it is none of ours.
        LinkGone: it has expired, was replaced by a newer one, or was withdrawn.
    """
    try:
        county, plan_id, vehicle, number = _signer(settings).loads(
            token, max_age=settings.link_hours * 3600
        )
    except SignatureExpired as error:
        raise LinkGone(
            both(
                "链接已过期,请向调度员索取新链接",
                "this link has expired: ask the dispatcher for a new one",
            )
        ) from error
    except BadData as error:
        raise LinkRefused(
            both(
                "链接无效,请检查是否完整,或向调度员索取",
                "this link is not valid: see whether it is complete, or ask the dispatcher",
            )
        ) from error
    plans = select(PlanRow).where(PlanRow.id == plan_id, PlanRow.county == county)
    plan = session.exec(
        plans.options(defer(col(PlanRow.problem)), defer(col(PlanRow.document)))
    ).first()
    row = session.get(DriveLinkRow, (plan_id, vehicle))
    if plan is None or row is None or row.number != number:
        raise LinkGone(
            both(
                "链接已被新链接取代或已撤销,请使用最新的链接",
                "this link was replaced by a newer one or withdrawn: use the latest link",
            )
        )
    return OpenedLink(plan, vehicle, number)


def _renumber(row: DriveLinkRow, by: str) -> None:
    row.number += 1
    row.created_at = utc_now()
    row.created_by = by


def _lock_rows(
    session: Session, county: str, plan_id: str, vehicles: Collection[str]
) -> tuple[Sequence[str], dict[str, DriveLinkRow]]:
    """The vehicles that are meant, and the rows of the plan, which nobody else now changes."""
    chosen = _chosen(get_plan(session, county, plan_id), vehicles)
    lock_county(session, county)
    rows = session.exec(select(DriveLinkRow).where(DriveLinkRow.plan_id == plan_id))
    return chosen, {row.vehicle: row for row in rows}


def _chosen(plan: PlanRow, vehicles: Collection[str]) -> Sequence[str]:
    used = [route["vehicle"] for route in plan.document["routes"] if route["trips"]]
    unknown = [vehicle for vehicle in vehicles if vehicle not in used]
    if unknown:
        raise InvalidInput(
            Fault(
                "/vehicles",
                "idle_vehicle",
                both(f"方案中车辆 {vehicle} 不出车", f"the plan leaves {vehicle} idle"),
            )
            for vehicle in unknown
        )
    return [vehicle for vehicle in used if not vehicles or vehicle in vehicles]


def _signer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        read_link_secret(settings),
        salt=_SALT,
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )
