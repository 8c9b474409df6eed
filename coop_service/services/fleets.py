"""Changing a county's fleet."""

from __future__ import annotations

from sqlmodel import Session

from coop_service.domain.network_faults import find_van_faults
from coop_service.domain.records import Van
from coop_service.errors import CoopError, InvalidInput, both
from coop_service.services.drafts import Draft
from coop_service.store.queries import (
    Change,
    delete_record,
    load_sites,
    lock_county,
    put_records,
)


class UnknownVehicle(LookupError, CoopError):
    """No vehicle of that code in the county."""

    code = "unknown_vehicle"

    def __init__(self, vehicle: str) -> None:
        super().__init__(both(f"没有车辆 {vehicle}", f"there is no vehicle {vehicle}"))


def put_van(session: Session, county: str, draft: Draft) -> tuple[Van, Change]:
    """Add or change a van, and commit.

    Raises:
        InvalidInput: all its faults.
    """
    lock_county(session, county)
    van = draft.as_record(Van)
    found = find_van_faults([van], load_sites(session, county))
    faults = (
        *draft.faults,
        *(draft.fault(f.field, f.code, f.message) for f in found if f.field not in draft.unread),
    )
    if faults:
        raise InvalidInput(faults)
    [change] = put_records(session, county, [van])
    session.commit()
    return van, change


def delete_van(session: Session, county: str, code: str) -> None:
    """Delete a van, and commit; plans that use it keep what they know of it.

    Raises:
        UnknownVehicle: the county has none of that code.
    """
    if not delete_record(session, county, Van, code):
        raise UnknownVehicle(code)
    session.commit()
