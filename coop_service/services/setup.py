"""Setting up a county from a network folder, and the demo that a first start shows."""

from __future__ import annotations

import os
from pathlib import Path

from sqlmodel import Session

from coop_service.domain.records import Tier
from coop_service.files.network_folder import NetworkFolder, read_network_folder
from coop_service.services.counties import put_county
from coop_service.services.days import UnknownDay, fill_demo_day, get_day
from coop_service.services.keys import KeyRefused, check_key, create_key
from coop_service.services.link_secret import path_beside_database
from coop_service.services.networks import import_network
from coop_service.settings import Settings
from coop_service.store.queries import list_sites
from coop_service.store.tables import Role


def import_county(session: Session, code: str, content: NetworkFolder) -> None:
    """Enter a county under its centre's name, with the folder's network and vans, and commit.

    Raises:
        InvalidInput: see :func:`coop_service.services.networks.import_network`.
    """
    [centre] = (site for site in content.sites if site.tier is Tier.CENTRE)
    put_county(session, code, centre.name)
    import_network(session, code, content.sites, content.roads, content.vans)


def prepare_demo(session: Session, settings: Settings) -> Path:
    """Load the default county, its demo day and a demo key, each only where there is none yet.

    Returns:
        The file of the key, readable by its owner alone, beside the database that it opens.

    Raises:
        InvalidInput: faults of the network folder.
    """
    if not list_sites(session, settings.county, limit=1)[1]:
        import_county(session, settings.county, read_network_folder(settings.network_folder))
    try:
        get_day(session, settings.county, settings.demo_date)
    except UnknownDay:
        fill_demo_day(session, settings.county, settings.demo_date, settings, settings.demo_seed)
    path = demo_key_path(settings)
    if not _opens(session, path, settings.county):
        key = create_key(session, settings.county, "demo", Role.ADMIN)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(key.token + "\n")
    return path


def demo_key_path(settings: Settings) -> Path:
    """Where the demo key is kept."""
    return path_beside_database(settings, "demo_key")


def _opens(session: Session, path: Path, county: str) -> bool:
    """Whether the file holds a key that still opens the county."""
    if not path.exists():
        return False
    try:
        return check_key(session, path.read_text().strip()).county == county
    except KeyRefused:
        return False
