"""The one family of errors, and the one shape in which a fault in some input is told.

Every error has two parents: what Python would call it, and :class:`CoopError`. Its ``code`` is
stable and goes out over HTTP; its message is bilingual, Chinese first, and says what to do next.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


def both(zh: str, en: str) -> str:
    """One bilingual message, Chinese first."""
    return f"{zh} / {en}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with an input.

    Attributes:
        pointer: where it is: a JSON pointer (RFC 6901) into a document, or
            ``file:line:column`` in a table.
        code: stable name of the kind of fault, e.g. ``unknown_field``.
        message: what is wrong and what would be right, Chinese then English.
    """

    pointer: str
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.message} [{self.code}]"


def pointer(*parts: str | int) -> str:
    """JSON pointer of a path (RFC 6901, section 3: ``~`` and ``/`` are escaped)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


class CoopError(Exception):
    """Root of all errors that this service raises on purpose."""

    code = "error"


class InvalidInput(ValueError, CoopError):
    """Input that cannot be accepted; ``faults`` lists everything wrong with it at once."""

    code = "invalid_input"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        if not self.faults:
            raise ValueError("InvalidInput needs at least one fault")
        super().__init__("\n".join(map(str, self.faults)))

    def __reduce__(self) -> tuple[type[InvalidInput], tuple[tuple[Fault, ...]]]:
        """Pickled by its faults: solves run in other processes."""
        return type(self), (self.faults,)
