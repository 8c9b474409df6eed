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
