"""A problem with a township over a hub, and its plan in legs: shown by the API's description."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def relay_example(name: str) -> dict[str, Any]:
    """A document of the example.

    Args:
        name: ``problem`` or ``plan``.
    """
    text = files(__package__).joinpath(f"relay_{name}.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document
