"""Marshmallow's tree of messages as a flat list of faults, each with code, Chinese and English."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from marshmallow.exceptions import SCHEMA

from coop_service.errors import Fault, both, pointer


class CodedMessage(str):
    """A bilingual message that carries its fault code through marshmallow, which keeps strings."""

    __slots__ = ("code",)
    code: str

    def __new__(cls, code: str, zh: str, en: str) -> CodedMessage:
        """The message ``zh / en`` with its fault code."""
        message = super().__new__(cls, both(zh, en))
        message.code = code
        return message


def shown(value: object) -> str:
    """A value as JSON for use in a message, cut short where it is long."""
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    if isinstance(value, int) and value.bit_length() > 128:
        return "…"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 40 else text[:39] + "…"


# Marshmallow's own messages (fields.py, validate.py, schema.py) and their Chinese. English and
# groups of the pattern may be used in it; what matches nothing is passed on as it is.
_TRANSLATIONS: Final = tuple(
    (re.compile(pattern, re.DOTALL), code, zh)
    for pattern, code, zh in (
        (r"Missing data for required field\.", "missing_field", "缺少必填字段"),
        (r"Unknown field\.", "unknown_field", "未知字段,请删除或改正名称"),
        (r"Field may not be null\.", "null", "不得为 null"),
        (r"Invalid (?:input )?type\.", "not_an_object", "应为 JSON 对象"),
        (r"Not a valid mapping type\.", "not_an_object", "应为 JSON 对象"),
        (r"Not a valid (?:list|tuple)\.", "not_a_list", "应为 JSON 数组"),
        (r"Not a valid (?:utf-8 )?string\.", "not_a_string", "应为字符串"),
        (r"Not a valid boolean\.", "not_a_boolean", "应为 true 或 false"),
        (r"Not a valid integer\.", "not_whole", "应为整数"),
        (r"Not a valid number\.", "not_a_number", "应为数字"),
        (r"Special numeric values .*", "not_finite", "数字必须有限,不得为 NaN 或无穷"),
        (r"Number too large\.", "out_of_range", "数字过大"),
        (r"Not a valid (?:naive |aware )?datetime\.", "not_a_datetime", "应为日期时间(ISO 8601)"),
        (r"Not a valid date\.", "not_a_date", "应为日期(YYYY-MM-DD)"),
        (r"Not a valid time\.", "not_a_time", "应为时刻(HH:MM)"),
        (r"Not a valid UUID\.", "not_a_uuid", "应为 UUID"),
        (r"Not a valid URL\.", "not_a_url", "应为网址"),
        (r"Not a valid email address\.", "not_an_email", "应为电子邮件地址"),
        (r"Must be one of: (.*)\.", "unknown_choice", r"应为以下之一:\1"),
        (r"One or more of the choices you made was not in: (.*)\.", "unknown_choice", r"只能取:\1"),
        (r"Must be greater than or equal to (.*) and less than or equal to (.*)\.",
         "out_of_range", r"应在 \1 与 \2 之间(含两端)"),
        (r"Must be greater than or equal to (\S+)\.", "out_of_range", r"不得小于 \1"),
        (r"Must be greater than (\S+)\.", "out_of_range", r"应大于 \1"),
        (r"Must be less than or equal to (\S+)\.", "out_of_range", r"不得大于 \1"),
        (r"Must be less than (\S+)\.", "out_of_range", r"应小于 \1"),
        (r"Shorter than minimum length (\d+)\.", "wrong_length", r"长度不得小于 \1"),
        (r"Longer than maximum length (\d+)\.", "wrong_length", r"长度不得大于 \1"),
        (r"Length must be between (\d+) and (\d+)\.", "wrong_length", r"长度应在 \1 与 \2 之间"),
        (r"Length must be (\d+)\.", "wrong_length", r"长度应为 \1"),
        (r"String does not match expected pattern\.", "wrong_pattern", "格式不符"),
    )
)  # fmt: skip


def find_faults(errors: Any) -> tuple[Fault, ...]:
    """Flatten the ``messages`` of a marshmallow ``ValidationError`` into faults.

    Args:
        errors: tree of dicts (keys are field names or list indices) with lists of messages as
            leaves; marshmallow puts the messages of an object itself under ``_schema``.
    """
    return tuple(_walk(errors, ()))


def _walk(errors: Any, path: tuple[str | int, ...]) -> Iterator[Fault]:
    if isinstance(errors, dict):
        for key, below in errors.items():
            yield from _walk(below, path if key == SCHEMA else (*path, key))
    elif isinstance(errors, (list, tuple)):
        for below in errors:
            yield from _walk(below, path)
    else:
        yield _fault(pointer(*path), errors)


def _fault(where: str, message: object) -> Fault:
    if isinstance(message, CodedMessage):
        return Fault(where, message.code, str(message))
    english = str(message)
    for pattern, code, zh in _TRANSLATIONS:
        match = pattern.fullmatch(english)
        if match:
            return Fault(where, code, both(match.expand(zh), english))
    return Fault(where, "invalid_value", both("值不合要求", english))
