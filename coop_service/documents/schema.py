"""What all schemas of computed values have in common."""

from __future__ import annotations

from typing import Any, ClassVar

from marshmallow import Schema, post_dump, post_load

from coop_service.documents.fields import FreeObject


class DataclassSchema(Schema):
    """Schema of a frozen dataclass. A field that is absent takes the dataclass's own default.

    Attributes:
        value: the dataclass.
        left_out: fields that are not written where they are None.
        left_out_empty: fields that are not written where there is nothing in them, or 0.
    """

    value: ClassVar[type]
    left_out: ClassVar[frozenset[str]] = frozenset()
    left_out_empty: ClassVar[frozenset[str]] = frozenset()

    def build(self, members: dict[str, Any]) -> Any:
        """The value of the members that were read."""
        return self.value(**members)

    @post_load
    def make(self, members: dict[str, Any], **_: Any) -> Any:
        """Hook of marshmallow; a schema that needs its own way overrides :meth:`build`."""
        return self.build(members)

    @post_dump
    def leave_out(self, members: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Hook of marshmallow; a document does not speak of what a day has nothing of."""
        return {
            k: v
            for k, v in members.items()
            if (v is not None or k not in self.left_out) and (v or k not in self.left_out_empty)
        }


class ValueSchema(DataclassSchema):
    """Schema of an object that may carry a free ``custom`` object, which is echoed untouched."""

    left_out: ClassVar[frozenset[str]] = frozenset({"custom"})

    custom = FreeObject(allow_none=True)
