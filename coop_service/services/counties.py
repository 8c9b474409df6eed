"""Counties: all records belong to one."""

from __future__ import annotations

from sqlmodel import Session

from coop_service.store.tables import County


def put_county(session: Session, code: str, name: str) -> County:
    """Enter a county, or give it a new name, and commit."""
    county = session.get(County, code)
    if county is None:
        county = County(code=code, name=name)
    county.name = name
    session.add(county)
    session.commit()
    return county


def county_name(session: Session, code: str) -> str:
    """Its name; the code itself where none is entered."""
    county = session.get(County, code)
    return code if county is None else county.name
