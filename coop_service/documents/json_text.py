"""JSON text to plain values, stricter than the standard library's reader (RFC 8259)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from coop_service.errors import Fault, InvalidInput, both, pointer

MAX_FAULTS: Final = 100
"""Faults named in one text; a matrix full of NaN would otherwise give a million."""

_SURROGATE_ESCAPE: Final = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def parse_json(text: str | bytes) -> object:
    """Read JSON text (UTF-8, a byte order mark is allowed).

    Raises:
        InvalidInput: broken JSON or UTF-8; NaN, Infinity or a number beyond the range of a double;
            a key twice in one object; half a surrogate pair; nesting too deep to read.
    """
    reader = _Reader()
    try:
        decoded = text.decode("utf-8") if isinstance(text, bytes) else text
        document = json.loads(
            decoded.removeprefix("\ufeff"),
            object_pairs_hook=reader.read_object,
            parse_float=reader.read_float,
            parse_constant=reader.read_float,
        )
    except UnicodeDecodeError as error:
        raise _refusal(
            "not_utf8",
            f"第 {error.start + 1} 个字节不是 UTF-8 编码",
            f"byte {error.start + 1} is not UTF-8",
        ) from error
    except json.JSONDecodeError as error:
        raise _refusal(
            "broken_json",
            f"JSON 语法错误,第 {error.lineno} 行第 {error.colno} 列",
            f"broken JSON at line {error.lineno}, column {error.colno}: {error.msg}",
        ) from error
    except RecursionError as error:
        raise _refusal("too_deep", "JSON 嵌套过深", "the JSON is nested too deeply") from error
    except ValueError as error:  # an integer of more digits than Python converts
        raise _refusal("out_of_range", "数字位数过多", f"a number is too long: {error}") from error
    if reader.suspicious or _SURROGATE_ESCAPE.search(decoded):
        faults = tuple(islice(reader.find_faults(document), MAX_FAULTS))
        if faults:
            raise InvalidInput(faults)
    return document


def format_json(document: object) -> str:
    """JSON text of plain values for a file, in lines that people can read."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _refusal(code: str, zh: str, en: str) -> InvalidInput:
    return InvalidInput([Fault("", code, both(zh, en))])


class _Reader:
    """Hooks for the JSON reader that note what must be looked for once the whole is read.

    The hooks do not know where they are in the document, hence the second pass; it is needed only
    for texts that are at fault.
    """

    def __init__(self) -> None:
        self.not_finite = False
        self.repeated: list[tuple[dict[str, Any], tuple[str, ...]]] = []

    @property
    def suspicious(self) -> bool:
        return self.not_finite or bool(self.repeated)

    def read_float(self, text: str) -> float:
        number = float(text)
        self.not_finite = self.not_finite or not math.isfinite(number)
        return number

    def read_object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            keys = [key for key, _ in pairs]
            self.repeated.append((members, tuple(k for k in members if keys.count(k) > 1)))
        return members

    def find_faults(self, document: object) -> Iterator[Fault]:
        repeated = {id(members): keys for members, keys in self.repeated}
        pending: list[tuple[tuple[str | int, ...], object]] = [((), document)]
        while pending:
            path, value = pending.pop()
            if isinstance(value, dict):
                for key in repeated.get(id(value), ()):
                    yield _repeated_key(pointer(*path, _whole(key)))
                for key in value:
                    if _SURROGATE.search(key):
                        yield _half_pair(pointer(*path, _whole(key)))
                pending.extend(((*path, key), value[key]) for key in reversed(value))
            elif isinstance(value, list):
                pending.extend(((*path, i), value[i]) for i in reversed(range(len(value))))
            elif isinstance(value, float) and not math.isfinite(value):
                yield _not_finite(pointer(*path), value)
            elif isinstance(value, str) and _SURROGATE.search(value):
                yield _half_pair(pointer(*path))


def _whole(key: str) -> str:
    """The key without halves of surrogate pairs, which no output could encode."""
    return _SURROGATE.sub("\ufffd", key)


def _repeated_key(where: str) -> Fault:
    return Fault(
        where,
        "repeated_key",
        both("同一对象中该键出现多次", "this key occurs more than once in its object"),
    )


def _not_finite(where: str, number: float) -> Fault:
    return Fault(
        where,
        "not_finite",
        both(f"数字必须有限,收到 {number}", f"a number must be finite, got {number}"),
    )


def _half_pair(where: str) -> Fault:
    return Fault(
        where,
        "broken_text",
        both("文字含有半个 UTF-16 代理对", "the text holds half of a UTF-16 surrogate pair"),
    )
