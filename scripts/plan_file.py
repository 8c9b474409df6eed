"""A plan from a file, for scripts that are given one."""

from __future__ import annotations

from pathlib import Path

from coop_service.documents import parse_json, read_plan
from coop_service.domain.plan import Plan


def read_plan_file(path: Path) -> Plan:
    """The plan of a document, or of the service's answer to ``GET /plans/{id}``, which holds one.

    Raises:
        InvalidInput: no JSON, or no plan, with every fault.
    """
    document = parse_json(path.read_bytes())
    if isinstance(document, dict):
        document = document.get("document", document)
    return read_plan(document)
