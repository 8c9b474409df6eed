"""Reading single cells as tolerantly as people type, and never by guessing.

A reader takes a cell that is not empty and gives the value, or raises :class:`BadCell`, which says
what is wrong; what would be right is said by the column.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class FormulaError:
    """A cell whose formula has failed, such as #N/A."""

    def __str__(self) -> str:
        return "#错误!"


@dataclass(frozen=True, slots=True)
class MergedCell:
    """A cell below the first one of a merged range; nothing of its own can stand in it."""

    value: Cell

    def __str__(self) -> str:
        return ""


Cell = (
    str
    | int
    | float
    | bool
    | dt.date
    | dt.time
    | dt.datetime
    | dt.timedelta
    | FormulaError
    | MergedCell
)
"""A cell with something in it; an empty one is the empty string."""

Reader = Callable[[Cell], Any]

NOTHING: Final = frozenset({"无", "-", "--", "—", "/", "none", "n/a"})
"""Written into a cell to say that there is none: an optional field is set to nothing."""

MAX_INT: Final = 2**31 - 1
"""Largest whole number that a column holds in every database."""

EXACT_DIGITS: Final = 10**15
"""From here on a spreadsheet's numbers have lost digits."""

_NUMBER: Final = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+)\s*(\D*)")
_DATE: Final = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})"
    r"|年(\d{1,2})月(\d{1,2})[日号]|(\d{2})(\d{2}))(?:[ T]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_CLOCK: Final = re.compile(r"(\d{1,2})(?::(\d{2})(?::(\d{2}))?|[点时](?:(\d{1,2})分?|(半))?)")
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_LIST: Final = re.compile(r"[;,、\n]+")
_DASH: Final = re.compile(r"\s*(?:-{1,2}|–|—|~|至|到)\s*")


class BadCell(ValueError):
    """A cell that cannot be read; ``zh`` and ``en`` say what is wrong with it."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.code = code
        self.zh = zh
        self.en = en


def is_empty(cell: Cell | None) -> bool:
    """Whether nothing is written in a cell."""
    if isinstance(cell, str):
        return not cell.strip()
    return cell is None or isinstance(cell, MergedCell)


def plain(text: str) -> str:
    """Text in half width, without blanks around it."""
    return unicodedata.normalize("NFKC", text).strip()


def key_of(text: str) -> str:
    """Text as it is compared: half width, small letters, no blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def shown(cell: Cell | None) -> str:
    """A cell for use in a message, cut short where it is long."""
    text = "" if cell is None else str(cell)
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT_DIGITS:
        text = str(int(cell))
    return text if len(text) <= 60 else text[:59] + "…"


def as_text(cell: Cell) -> str:
    """What is written in a cell; a whole number as its digits."""
    if isinstance(cell, FormulaError):
        raise BadCell("formula_error", "公式结果是错误", "its formula has failed")
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, (int, float)):
        if abs(cell) >= EXACT_DIGITS:
            raise BadCell(
                "lost_digits",
                "超过 15 位的数字,表格软件已丢失末位",
                "a number of more than 15 digits, the last of which are lost",
            )
        return str(int(cell)) if float(cell).is_integer() else repr(cell)
    if isinstance(cell, str):
        return cell.strip()
    return str(cell)


def text_reader(longest: int) -> Reader:
    """Reader of free text of at most so many characters."""

    def read(cell: Cell) -> str:
        return _short_enough(as_text(cell), longest)

    return read


def code_reader(longest: int) -> Reader:
    """Reader of a code or number: digits and letters in half width."""

    def read(cell: Cell) -> str:
        if isinstance(cell, (dt.date, dt.time, dt.timedelta)):
            raise BadCell("is_a_date", "单元格是日期或时间", "the cell is a date or a time")
        text = plain(as_text(cell))
        if _SCIENTIFIC.fullmatch(text):
            raise BadCell(
                "lost_digits",
                "科学计数法,号码的末位已丢失",
                "scientific notation, in which the last digits are lost",
            )
        return _short_enough(text, longest)

    return read


def _short_enough(text: str, longest: int) -> str:
    if len(text) > longest:
        raise BadCell(
            "wrong_length",
            f"有 {len(text)} 个字,最多 {longest} 个",
            f"is {len(text)} characters long, {longest} at most",
        )
    if any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in text):
        raise BadCell("control_character", "含有控制字符", "holds control characters")
    return text


def read_number(
    cell: Cell, units: Mapping[str, float] | None = None, factor: float | None = 1.0
) -> float:
    """A number, in the unit of the field.

    Args:
        cell: a number, or text such as ``１,２００ kg``.
        units: factor of each unit that may stand in the cell itself.
        factor: of the unit in the heading; None: the heading has none.

    Raises:
        BadCell: it is no number, or nobody has said in which unit it is.
    """
    if isinstance(cell, bool) or not isinstance(cell, (int, float, str)):
        text = as_text(cell)
        raise BadCell("not_a_number", f"“{text}”不是数", f"{text!r} is not a number")
    if isinstance(cell, str):
        text = plain(cell)
        match = _NUMBER.fullmatch(text)
        if match is None:
            raise BadCell("not_a_number", f"“{text}”不是数", f"{text!r} is not a number")
        unit = key_of(match[2])
        if unit:
            if unit not in (units or {}):
                raise BadCell("unknown_unit", f"不认识单位“{unit}”", f"{unit!r} is no unit here")
            factor = (units or {})[unit]
        number = float(match[1].replace(",", ""))
    else:
        number = float(cell)
    if factor is None:
        raise BadCell("missing_unit", "没有说明单位", "its unit is not said")
    # A unit brings noise in the last digits: 0.3 t are not 299.99999999999994 kg.
    number = number if factor == 1.0 else float(f"{number * factor:.12g}")
    if not math.isfinite(number):
        raise BadCell("not_finite", "不是有限数", "is not finite")
    return number


def read_whole(cell: Cell, units: Mapping[str, float] | None = None, factor: float = 1.0) -> int:
    """A whole number that every database holds, in the unit of the field."""
    number = read_number(cell, units, factor)
    if number != int(number):
        raise BadCell("not_whole", f"{shown(cell)} 不是整数", f"{shown(cell)} is not whole")
    if abs(number) > MAX_INT:
        raise BadCell("out_of_range", f"绝对值大于 {MAX_INT}", f"is beyond {MAX_INT} either way")
    return int(number)


def read_date(cell: Cell) -> dt.date:
    """A date: an Excel date, or text with the year first; a time of day after it is ignored."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = plain(as_text(cell))
    match = _DATE.fullmatch(text)
    if match is None:
        raise BadCell("not_a_date", f"“{text}”不是完整的日期", f"{text!r} is not a full date")
    month, day = (int(part) for part in match.groups()[1:] if part is not None)
    try:
        return dt.date(int(match[1]), month, day)
    except ValueError:
        raise BadCell("not_a_date", f"没有“{text}”这一天", f"there is no day {text!r}") from None


def read_clock(cell: Cell) -> int:
    """Seconds after midnight of a time of day, up to 24:00."""
    if isinstance(cell, dt.datetime):
        cell = cell.time()
    if isinstance(cell, dt.time):
        return cell.hour * 3600 + cell.minute * 60 + cell.second
    if isinstance(cell, dt.timedelta) and dt.timedelta() <= cell <= dt.timedelta(days=1):
        return int(cell.total_seconds())
    text = plain(as_text(cell))
    match = _CLOCK.fullmatch(text)
    if match is not None:
        hour = int(match[1])
        minute = 30 if match[5] else int(match[2] or match[4] or 0)
        second = hour * 3600 + minute * 60 + int(match[3] or 0)
        if minute < 60 and int(match[3] or 0) < 60 and second <= 86_400:
            return second
    raise BadCell("not_a_time", f"“{text}”不是时刻", f"{text!r} is not a time of day")


def read_windows(cell: Cell) -> tuple[tuple[int, int], ...]:
    """Windows such as ``08:30-11:30;14:00-17:00``, in seconds after midnight."""
    return tuple(_window(part) for part in _parts(cell))


def read_hours(cell: Cell) -> tuple[int, int]:
    """One window, such as opening hours."""
    windows = read_windows(cell)
    if len(windows) != 1:
        raise BadCell("not_one_window", "须为一个时段", "must be one window")
    return windows[0]


def _window(text: str) -> tuple[int, int]:
    ends = _DASH.split(text)
    if len(ends) != 2:
        raise BadCell(
            "not_a_window", f"“{text}”不是起止时间", f"{text!r} is not a window from and to"
        )
    return read_clock(ends[0]), read_clock(ends[1])


def _parts(cell: Cell) -> list[str]:
    parts = (part.strip() for part in _LIST.split(plain(as_text(cell))))
    return [part for part in parts if part]


def choice_reader(choices: Mapping[str, Any]) -> Reader:
    """Reader of one of several values, each by any of its names."""
    known = {key_of(name): value for name, value in choices.items()}

    def read(cell: Cell) -> Any:
        text = as_text(cell)
        try:
            return known[key_of(text)]
        except KeyError:
            raise BadCell(
                "unknown_choice", f"不认识“{text}”", f"{text!r} is none of the choices"
            ) from None

    return read


def list_reader(read_one: Reader) -> Reader:
    """Reader of several values, separated by ``;`` ``,`` or ``、``; each is kept once."""

    def read(cell: Cell) -> tuple[Any, ...]:
        return tuple(dict.fromkeys(read_one(part) for part in _parts(cell)))

    return read
