"""Marshmallow fields that take exactly what the documents allow and name everything else."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

import numpy as np
from marshmallow import ValidationError, fields
from numpy.typing import NDArray

from coop_service.documents.messages import CodedMessage, shown
from coop_service.domain.problem import NO_ROAD
from coop_service.domain.problem_faults import MAX_MATRIX_FAULTS

MAX_EXACT: Final = 2**53 - 1
"""Largest whole number that every JSON reader keeps exactly (RFC 8259, section 6)."""

MAX_DEPTH: Final = 32
"""Levels of nesting in a free object; far below what a JSON writer can follow."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


class WholeNumber(fields.Integer):
    """A whole number: 60 or 60.0, but not 60.5, "60" or true."""

    def _validated(self, value: Any) -> int:
        if _is_number(value) and value == value // 1 and abs(value) <= MAX_EXACT:
            return int(value)
        raise ValidationError(_not_whole(value))


class Amount(fields.Float):
    """A finite number: of load, yuan or seconds."""

    def _validated(self, value: Any) -> float:
        if not _is_number(value):
            raise ValidationError(
                CodedMessage(
                    "not_a_number",
                    f"应为有限数字,收到 {shown(value)}",
                    f"must be a finite number, got {shown(value)}",
                )
            )
        return float(value)


class Text(fields.String):
    """A name: a string with at least one character and none that controls a terminal."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not value or _CONTROL.search(value):
            raise ValidationError(
                CodedMessage(
                    "not_a_name",
                    f"应为非空且不含控制字符的字符串,收到 {shown(value)}",
                    "must be a string that is not empty and holds no control characters, "
                    f"got {shown(value)}",
                )
            )
        return value


class Flag(fields.Boolean):
    """``true`` or ``false``; nothing else stands for them."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class ListOf(fields.List[Any]):
    """A JSON array, read into a tuple or another collection; a set is written in sorted order.

    Args:
        inner: field of each item.
        into: what makes the collection of the list of read items.
        length: how many items there must be; None: any number.
    """

    def __init__(
        self,
        inner: fields.Field[Any],
        into: Callable[[list[Any]], Collection[Any]] = tuple,
        length: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(inner, **kwargs)
        self.into = into
        self.length = length

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, (list, tuple)):
            raise self.make_error("invalid")
        if self.length is not None and len(value) != self.length:
            raise ValidationError(
                CodedMessage(
                    "wrong_length",
                    f"应恰有 {self.length} 项,收到 {len(value)} 项",
                    f"must have exactly {self.length} items, got {len(value)}",
                )
            )
        return self.into(super()._deserialize(value, attr, data, **kwargs))

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> list[Any] | None:
        items = sorted(value) if isinstance(value, frozenset) else value
        return super()._serialize(items, attr, obj, **kwargs)


def window(**kwargs: Any) -> ListOf:
    """Field of a pair of times, first and last second."""
    return ListOf(WholeNumber(), length=2, **kwargs)


class MapOf(fields.Dict):
    """A JSON object whose keys are free names and whose values are all of one kind."""

    key_field: fields.Field[str]
    value_field: fields.Field[Any]

    def __init__(self, values: fields.Field[Any], **kwargs: Any) -> None:
        super().__init__(keys=Text(), values=values, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise self.make_error("invalid")
        members: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        for key, member in value.items():
            try:
                name = self.key_field.deserialize(key, **kwargs)
                members[name] = self.value_field.deserialize(member, **kwargs)
            except ValidationError as error:
                errors[str(key)] = error.messages
        if errors:
            raise ValidationError(errors)
        return members


class FreeObject(fields.Dict):
    """A JSON object of anything, kept as it is; refused only where JSON could not write it."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        _refuse_unwritable(value)
        return value

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> dict[str, Any] | None:
        return None if value is None else dict(value)


class Matrix(fields.List[Any]):
    """A square array of whole numbers >= 0, ``null`` where there is no way.

    Read into a read-only int64 array, shape (locations, locations), with ``NO_ROAD`` for null.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(fields.List(WholeNumber(allow_none=True)), **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> NDArray[np.int64]:  # type: ignore[override]
        if not isinstance(value, list):
            raise self.make_error("invalid")
        matrix = _read_matrix(value)
        if matrix is None:
            raise ValidationError(_matrix_errors(value))
        matrix.setflags(write=False)
        return matrix

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> list[Any] | None:
        no_road = value == NO_ROAD
        entries = value
        if no_road.any():
            entries = value.astype(object)
            entries[no_road] = None
        rows: list[Any] = entries.tolist()
        return rows


def _read_matrix(rows: list[Any]) -> NDArray[np.int64] | None:
    """The matrix, or None where anything is wrong with it. No loop over entries in Python."""
    if any(type(row) is not list or len(row) != len(rows) for row in rows):
        return None
    kinds = {kind for row in rows for kind in set(map(type, row))}
    if not kinds <= {int, float, type(None)}:
        return None
    try:
        numbers = np.array(rows, dtype=np.float64).reshape(len(rows), len(rows))
    except OverflowError:
        return None
    no_road = np.isnan(numbers)  # numpy reads None as NaN
    if np.count_nonzero(no_road) != sum(row.count(None) for row in rows):
        return None
    numbers[no_road] = 0
    if not ((numbers >= 0) & (numbers <= MAX_EXACT) & (numbers == np.floor(numbers))).all():
        return None
    matrix = numbers.astype(np.int64)
    matrix[no_road] = NO_ROAD
    return matrix


def _matrix_errors(rows: list[Any]) -> dict[int | str, Any]:
    errors: dict[int | str, Any] = {}
    count = 0
    for row, column, message in _bad_places(rows):
        count += 1
        if count > MAX_MATRIX_FAULTS:
            continue
        if column is None:
            errors[row] = [message]
        else:
            errors.setdefault(row, {})[column] = [message]
    if count > MAX_MATRIX_FAULTS:
        more = count - MAX_MATRIX_FAULTS
        errors["_schema"] = [
            CodedMessage(
                "more_faults", f"此矩阵另有 {more} 处错误", f"{more} more faults in this matrix"
            )
        ]
    return errors


def _bad_places(rows: list[Any]) -> Iterator[tuple[int, int | None, CodedMessage]]:
    for i, row in enumerate(rows):
        if not isinstance(row, list):
            yield i, None, CodedMessage("not_a_list", "应为 JSON 数组", "must be a list")
            continue
        for j, entry in enumerate(row):
            if entry is not None and not _is_entry(entry):
                yield i, j, _not_an_entry(entry)
        if len(row) != len(rows):
            en = f"the row has {len(row)} entries, the matrix has {len(rows)} rows: must be square"
            zh = f"该行有 {len(row)} 项,矩阵有 {len(rows)} 行,应为方阵"
            yield i, None, CodedMessage("matrix_not_square", zh, en)


def _is_entry(entry: Any) -> bool:
    return _is_number(entry) and 0 <= entry <= MAX_EXACT and entry == entry // 1


def _not_an_entry(entry: object) -> CodedMessage:
    return CodedMessage(
        "not_a_matrix_entry",
        f"应为不小于 0 的整数,或 null(不可通行),收到 {shown(entry)}",
        f"must be a whole number >= 0, or null for no road, got {shown(entry)}",
    )


def _not_whole(value: object) -> CodedMessage:
    return CodedMessage(
        "not_whole",
        f"应为整数(绝对值小于 2^53),收到 {shown(value)}",
        f"must be a whole number of less than 2^53, got {shown(value)}",
    )


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer beyond the range of a double
        return False


def _refuse_unwritable(members: dict[str, Any]) -> None:
    pending: list[tuple[int, Any]] = [(1, members)]
    while pending:
        depth, value = pending.pop()
        if depth > MAX_DEPTH:
            raise ValidationError(
                CodedMessage(
                    "too_deep",
                    f"嵌套不得超过 {MAX_DEPTH} 层",
                    f"must not be nested deeper than {MAX_DEPTH} levels",
                )
            )
        if isinstance(value, dict):
            pending.extend((depth + 1, member) for member in value.values())
        elif isinstance(value, list):
            pending.extend((depth + 1, member) for member in value)
        elif isinstance(value, float) and not math.isfinite(value):
            raise ValidationError(
                CodedMessage("not_finite", "数字必须有限", "every number must be finite")
            )
