"""Settings of the service, read from environment variables named ``COOP_…``.

Each setting is described where it is declared; `coop settings` and the README print that text.
"""

# ruff: noqa: RUF009 - _setting returns a dataclasses.field
from __future__ import annotations

import datetime as dt
import math
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from coop_service.errors import Fault, InvalidInput, both

PREFIX: Final = "COOP_"


@dataclass(frozen=True, slots=True)
class SettingDescription:
    """One setting for a reader: environment variable, default as it would be written, meaning."""

    variable: str
    default: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a variable's text becomes a value, and what is said where it does not."""

    read: Callable[[str], Any]
    zh: str
    en: str


def _text() -> _Kind:
    return _Kind(str, "", "")


def _path() -> _Kind:
    return _Kind(Path, "", "")


def _web_address() -> _Kind:
    def read(text: str) -> str:
        if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", text):
            raise ValueError(text)
        return text.rstrip("/")

    return _Kind(
        read,
        "应为网址,如 https://coop.example.cn",
        "must be an address such as https://coop.example.cn",
    )


def _tile_address() -> _Kind:
    def read(text: str) -> str:
        host = r"(https?://(\{s\}\.)?[A-Za-z0-9.-]+(:[0-9]+)?)?"
        if not re.fullmatch(host + r"/[^\s;,'\"]*", text):
            raise ValueError(text)
        if not all(part in text for part in ("{x}", "{y}", "{z}")):
            raise ValueError(text)
        return text

    return _Kind(
        read,
        "应为含 {z}、{x}、{y} 的瓦片地址,如 https://tiles.example.cn/{z}/{x}/{y}.png",
        "must be an address of tiles with {z}, {x} and {y}, such as "
        "https://tiles.example.cn/{z}/{x}/{y}.png",
    )


def _tile_crs() -> _Kind:
    def read(text: str) -> str:
        if text not in ("wgs84", "gcj02"):
            raise ValueError(text)
        return text

    return _Kind(read, "应为 wgs84 或 gcj02", "must be wgs84 or gcj02")


def _county() -> _Kind:
    def read(text: str) -> str:
        if not re.fullmatch(r"[0-9]{6}", text):
            raise ValueError(text)
        return text

    return _Kind(read, "应为 6 位行政区划代码", "must be an area code of six digits")


def _whole(lowest: int, highest: int) -> _Kind:
    def read(text: str) -> int:
        number = int(text)
        if not lowest <= number <= highest:
            raise ValueError(text)
        return number

    return _Kind(
        read,
        f"应为 {lowest} 到 {highest} 的整数",
        f"must be a whole number from {lowest} to {highest}",
    )


def _seconds() -> _Kind:
    def read(text: str) -> float:
        number = float(text)
        if not (math.isfinite(number) and number > 0):
            raise ValueError(text)
        return number

    return _Kind(read, "应为大于 0 的秒数", "must be a number of seconds above 0")


def _amount(lowest: float, highest: float) -> _Kind:
    def read(text: str) -> float:
        number = float(text)
        if not (math.isfinite(number) and lowest <= number <= highest):
            raise ValueError(text)
        return number

    return _Kind(
        read,
        f"应为 {lowest:g} 到 {highest:g} 的数",
        f"must be a number from {lowest:g} to {highest:g}",
    )


def _ends() -> _Kind:
    def read(text: str) -> str:
        ends = [0.0, *(float(part) for part in text.split(","))]
        if not all(math.isfinite(low) and low < high < math.inf for low, high in pairwise(ends)):
            raise ValueError(text)
        return text

    return _Kind(
        read,
        "应为以逗号分隔、逐个增大的正数,如 5,10,20",
        "must be positive numbers that rise, with commas, such as 5,10,20",
    )


def _date() -> _Kind:
    return _Kind(
        dt.date.fromisoformat, "应为日期,如 2026-10-15", "must be a date such as 2026-10-15"
    )


def _setting(default: Any, kind: _Kind, zh: str, en: str) -> Any:
    return field(default=default, metadata={"kind": kind, "zh": zh, "en": en})


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. Relative paths count from the directory in which the service is started."""

    database_url: str = _setting(
        "sqlite:///var/coop.sqlite3",
        _text(),
        "数据库地址(SQLAlchemy 格式)",
        "address of the database, as SQLAlchemy writes it",
    )
    host: str = _setting(
        "127.0.0.1",
        _text(),
        "服务监听的地址;0.0.0.0 表示对局域网开放",
        "address to listen on; 0.0.0.0 opens the service to the local network",
    )
    port: int = _setting(8000, _whole(0, 65535), "服务监听的端口", "port to listen on")
    base_url: str = _setting(
        "",
        _web_address(),
        "从外部访问本服务的网址,印在单据的二维码里;空表示二维码只含文字",
        "address at which others reach the service, for the QR codes of papers; empty: "
        "the codes carry a text",
    )
    county: str = _setting(
        "210882",
        _county(),
        "首次启动时载入的县(行政区划代码)",
        "area code of the county that the first start loads",
    )
    network_folder: Path = _setting(
        Path("network_data/dashiqiao"),
        _path(),
        "首次启动时载入的路网文件夹",
        "folder of the network that the first start loads",
    )
    scheduler: str = _setting(
        "",
        _text(),
        "Dask 调度器地址(tcp://…);空表示本机集群",
        "address of the Dask scheduler (tcp://…); empty: a cluster on this machine",
    )
    workers: int = _setting(
        2,
        _whole(1, 256),
        "本机同时计算的计划任务数",
        "plan jobs that run at the same time on this machine",
    )
    max_body_mb: int = _setting(
        64,
        _whole(1, 1024),
        "问题文档请求体的上限(MB)",
        "largest body of a request with a problem document (MB)",
    )
    max_records_body_mb: int = _setting(
        8,
        _whole(1, 1024),
        "其他请求体的上限(MB)",
        "largest body of any other request (MB)",
    )
    max_sheet_mb: int = _setting(
        32,
        _whole(1, 1024),
        "上传表格的上限(MB)",
        "largest spreadsheet that may be uploaded (MB)",
    )
    max_solve_s: float = _setting(
        600.0,
        _seconds(),
        "一次计算可请求的最长秒数",
        "longest time that one solve may ask for (s)",
    )
    default_solve_s: float = _setting(
        20.0,
        _seconds(),
        "请求未说明时的计算秒数",
        "time of a solve that asks for none (s)",
    )
    link_secret: str = _setting(
        "",
        _text(),
        "司机链接的签名密钥;空表示首次使用时生成,存于数据库旁的 link_secret 文件",
        "secret that drivers' links are signed with; empty: made at first use and kept in the file "
        "link_secret beside the database",
    )
    link_hours: int = _setting(
        72,
        _whole(1, 8760),
        "司机链接的有效小时数",
        "how long a driver's link opens the page (h)",
    )
    attachment_days: int = _setting(
        180,
        _whole(1, 3650),
        "照片与签名的保存天数,到期由 coop purge-attachments 删除",
        "how long photos and signatures are kept (days); then coop purge-attachments deletes them",
    )
    earliest_date: dt.date = _setting(
        dt.date(2020, 1, 1), _date(), "可接受的最早日期", "earliest date that is accepted"
    )
    latest_date: dt.date = _setting(
        dt.date(2099, 12, 31), _date(), "可接受的最晚日期", "latest date that is accepted"
    )
    demo_date: dt.date = _setting(
        dt.date(2026, 10, 15), _date(), "首次启动生成的演示日", "date of the first start's demo day"
    )
    tile_url: str = _setting(
        "",
        _tile_address(),
        "调度台底图瓦片地址,含 {z}、{x}、{y};空表示不用底图",
        "address of map tiles behind the console's map, with {z}, {x} and {y}; empty: no tiles",
    )
    tile_crs: str = _setting(
        "wgs84",
        _tile_crs(),
        "瓦片的坐标系:wgs84,或 gcj02(国内地图,站点随之偏移显示)",
        "coordinates of the tiles: wgs84, or gcj02 (maps of China; sites are shifted to match)",
    )
    tile_attribution: str = _setting("", _text(), "瓦片的版权说明", "whom the tiles are owed to")
    coverage_point_min: float = _setting(
        10.0,
        _amount(0, 1440),
        "覆盖报表:到村级服务点的车程标准(分钟)",
        "coverage report: a village point is near within so many road minutes",
    )
    coverage_station_min: float = _setting(
        20.0,
        _amount(0, 1440),
        "覆盖报表:到乡镇站的车程标准(分钟)",
        "coverage report: a station is near within so many road minutes",
    )
    coverage_centre_min: float = _setting(
        60.0,
        _amount(0, 1440),
        "覆盖报表:到县中心的车程标准(分钟)",
        "coverage report: the centre is near within so many road minutes",
    )
    coverage_bands_min: str = _setting(
        "5,10,20,30,45",
        _ends(),
        "覆盖报表:车程区间的上界(分钟)",
        "coverage report: upper ends of the bands of road minutes",
    )
    coverage_bands_km: str = _setting(
        "2,5,10,20",
        _ends(),
        "覆盖报表:里程区间的上界(公里)",
        "coverage report: upper ends of the bands of road km",
    )
    coverage_catchment_min: float = _setting(
        30.0,
        _amount(0, 1440),
        "覆盖报表:两步移动搜索法的服务圈(分钟)",
        "coverage report: catchment of the two-step floating catchment (min)",
    )
    coverage_floor_m3: float = _setting(
        20.0,
        _amount(0, 1_000_000),
        "覆盖报表:未填写 floor_m3 的站点的假定容量(立方米)",
        "coverage report: capacity of a station that states no floor_m3 (m3), assumed",
    )
    coverage_weeks: int = _setting(
        4,
        _whole(1, 53),
        "覆盖报表:服务天数与次日达所依据的周数",
        "coverage report: weeks of plans that service days and next-day reach are read from",
    )
    coverage_weekly_days: float = _setting(
        3.0,
        _amount(0, 7),
        "覆盖报表:每周服务不少于此天数的村单独计数",
        "coverage report: villages served on so many days a week are counted",
    )
    coverage_next_day_percent: float = _setting(
        90.0,
        _amount(0, 100),
        "覆盖报表:次日达村的标准,有订单的日子中全部安排的比例(%)",
        "coverage report: days with orders on which all were served, from which on a village is "
        "reached the next day (%)",
    )
    demo_seed: int = _setting(1, _whole(0, 2**31 - 1), "演示日的随机种子", "seed of the demo day")


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of an environment; a variable that is absent or empty takes its default.

    Raises:
        InvalidInput: with every bad variable; a fault's pointer is the variable's name.
    """
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for setting in fields(Settings):
        text = environment.get(_variable(setting.name), "").strip()
        kind: _Kind = setting.metadata["kind"]
        if not text:
            continue
        try:
            values[setting.name] = kind.read(text)
        except ValueError:
            faults.append(
                _fault(setting.name, f"{kind.zh},收到“{text}”", f"{kind.en}, got {text!r}")
            )
    settings = Settings(**values)
    faulty = {fault.pointer for fault in faults}
    faults += [fault for fault in _contradictions(settings) if fault.pointer not in faulty]
    if faults:
        raise InvalidInput(faults)
    return settings


def describe_settings() -> tuple[SettingDescription, ...]:
    """Every setting with its variable, default and meaning, in the order of declaration."""
    return tuple(
        SettingDescription(
            variable=_variable(setting.name),
            default=str(setting.default),
            zh=setting.metadata["zh"],
            en=setting.metadata["en"],
        )
        for setting in fields(Settings)
    )


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _fault(name: str, zh: str, en: str) -> Fault:
    return Fault(_variable(name), "bad_setting", both(zh, en))


def _contradictions(settings: Settings) -> Iterator[Fault]:
    if settings.default_solve_s > settings.max_solve_s:
        yield _fault(
            "default_solve_s",
            f"不得大于 {_variable('max_solve_s')}({settings.max_solve_s:g})",
            f"must not be more than {_variable('max_solve_s')} ({settings.max_solve_s:g})",
        )
    if settings.latest_date < settings.earliest_date:
        yield _fault(
            "latest_date",
            f"不得早于 {_variable('earliest_date')}({settings.earliest_date})",
            f"must not be before {_variable('earliest_date')} ({settings.earliest_date})",
        )
    elif not settings.earliest_date <= settings.demo_date <= settings.latest_date:
        yield _fault(
            "demo_date",
            f"应在 {settings.earliest_date} 与 {settings.latest_date} 之间",
            f"must be between {settings.earliest_date} and {settings.latest_date}",
        )
