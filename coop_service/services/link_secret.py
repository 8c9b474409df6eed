"""The secret that drivers' links are signed with: set, or made once and kept by the database."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from sqlalchemy import make_url

from coop_service.settings import Settings


def path_beside_database(settings: Settings, name: str) -> Path:
    """Where a file of the service's own is kept: beside a SQLite file, otherwise in ``var``."""
    url = make_url(settings.database_url)
    is_file = url.get_backend_name() == "sqlite"
    return Path(url.database or "").parent / name if is_file else Path("var") / name


def read_link_secret(settings: Settings) -> str:
    """The secret of the settings or of the file ``link_secret``, which is made where there is none.

    The file is readable by its owner alone. Several machines that serve one database need the same
    secret in their settings.
    """
    if settings.link_secret:
        return settings.link_secret
    path = path_beside_database(settings, "link_secret")
    if not path.exists():
        _make(path)
    return path.read_text("ascii").strip()


def _make(path: Path) -> None:
    """Write a new secret whole, or leave the one that another process was faster to make."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
    try:
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
