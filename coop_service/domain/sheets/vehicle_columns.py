"""The columns of a sheet of vehicles."""

from __future__ import annotations

from typing import Final

from coop_service.domain.sheets.cells import (
    choice_reader,
    code_reader,
    list_reader,
    read_clock,
    read_hours,
    read_whole,
    text_reader,
)
from coop_service.domain.sheets.columns import (
    KG,
    KM_AS_M,
    M3,
    MINUTES_AS_S,
    TEMPERATURE_CHOICES,
    TEMPERATURE_NAMES,
    YES_NO,
    YES_NO_CHOICES,
    YUAN,
    YUAN_PER_HOUR,
    YUAN_PER_KM,
    Column,
    number_from,
    one_of,
    read_tags,
)
from coop_service.domain.sheets.site_columns import CLOCK_RIGHT, SIZE_CHOICES, SIZE_NAMES
from coop_service.errors import both

KIND_CHOICES: Final = ("城乡配送车", "村镇配送车")

KIND_NAMES: Final = dict.fromkeys(
    ("城乡配送车", "城乡", "城乡车", "urban_rural"), "urban_rural"
) | dict.fromkeys(("村镇配送车", "村镇", "村镇车", "village_town"), "village_town")

_COST: Final = both("留空则按车型取默认值", "if empty, the default of the size")

VEHICLE_COLUMNS: Final = (
    Column(
        "plate",
        "车牌号",
        "Plate",
        both("不超过 40 字的车牌号", "a plate of at most 40 characters"),
        code_reader(40),
        ("车牌", "车牌号码", "牌照"),
        needed=True,
        more=both("再次导入时按它识别", "recognises the vehicle when it is imported again"),
        example=("示例-车牌1", "示例-车牌2"),
    ),
    Column("code", "车辆编号", "Vehicle code",
           both("不超过 40 字的编号", "a code of at most 40 characters"),
           code_reader(40), ("编号", "车辆编码", "code"),
           more=both("新车留空即为车牌号", "if empty for a new vehicle, its plate")),
    Column("name", "车辆名称", "Name", both("不超过 120 字", "at most 120 characters"),
           text_reader(120), ("名称", "name")),
    Column("size", "车型", "Size", one_of(SIZE_CHOICES), choice_reader(SIZE_NAMES),
           ("车辆车型", "车型大小"), needed=True, choices=SIZE_CHOICES,
           example=("面包车", "微型车"),
           more=both("道路按此限制通行", "roads are closed to vehicles by it")),
    Column("kind", "车辆类别", "Kind", one_of(KIND_CHOICES), choice_reader(KIND_NAMES),
           ("车辆类型", "用途"), needed=True, choices=KIND_CHOICES,
           example=("城乡配送车", "村镇配送车")),
    Column("home", "驻地", "Home",
           both("路网中站点的编码或名称", "code or name of a site of the network"),
           text_reader(120), ("驻地站点", "所属站点", "停放点"), needed=True,
           example=("县中心", "示例镇")),
    Column("payload_kg", "载重", "Payload", number_from(0, "kg", "kg"),
           synonyms=("核定载重", "额定载重", "载质量", "载重量"), unit="kg", units=KG,
           needed=True, example=(1100, 600)),
    Column("volume_m3", "容积", "Volume", number_from(0, "立方米", "m3"),
           synonyms=("车厢容积", "货厢容积", "体积"), unit="立方米", units=M3, needed=True,
           example=(7, 4)),
    Column("temperatures", "温区", "Temperatures", one_of(TEMPERATURE_CHOICES),
           list_reader(choice_reader(TEMPERATURE_NAMES)), ("温控", "温度"),
           choices=TEMPERATURE_CHOICES, example=("常温", "常温"),
           more=both("多个用分号隔开;留空为常温", "several with ; between; if empty, ambient")),
    Column("tags", "特点", "Tags", both("如:窄路", "such as narrow_road"), read_tags,
           ("车辆特点", "标签"), example=("", "窄路")),
    Column("shift_s", "班次", "Shift", both("起止时间,如 07:00-17:30",
           "from and to, such as 07:00-17:30"), read_hours, ("上班时间", "工作时间", "班次时间"),
           example=("07:00-17:30", "07:00-17:30")),
    Column("shift_start_s", "出车时间", "Shift starts", CLOCK_RIGHT, read_clock, ("班次开始",)),
    Column("shift_end_s", "收车时间", "Shift ends", CLOCK_RIGHT, read_clock, ("班次结束",)),
    Column("fixed_yuan", "每日固定费用", "Fixed cost a day", number_from(0, "元", "yuan"),
           synonyms=("固定费用",), unit="元", units=YUAN, more=_COST),
    Column("per_km_yuan", "每公里费用", "Cost per km", number_from(0, "元/km", "yuan/km"),
           synonyms=("公里费用",), unit="元/km", units=YUAN_PER_KM, more=_COST),
    Column("per_hour_yuan", "每小时费用", "Cost per hour", number_from(0, "元/小时", "yuan/h"),
           synonyms=("小时费用",), unit="元/小时", units=YUAN_PER_HOUR, more=_COST),
    Column("per_overtime_hour_yuan", "加班费", "Overtime cost",
           number_from(0, "元/小时", "yuan/h"), synonyms=("每小时加班费",), unit="元/小时",
           units=YUAN_PER_HOUR, more=both("留空为不加班", "if empty, there is no overtime")),
    Column("max_overtime_s", "最长加班", "Longest overtime", number_from(0, "分钟", "minutes"),
           synonyms=("最长加班时间",), unit="分钟", units=MINUTES_AS_S, whole=True),
    Column("range_m", "续航里程", "Range", number_from(0, "km", "km"), synonyms=("续航",),
           unit="km", units=KM_AS_M, whole=True,
           more=both("留空为不限", "if empty, no limit")),
    Column("max_trips", "每日最多趟次", "Most trips a day",
           both("不小于 1 的整数", "a whole number of 1 or more"), read_whole,
           ("最多趟次", "趟次")),
    Column("reload_s", "再装车时间", "Reload time", number_from(0, "分钟", "minutes"),
           synonyms=("装车时间",), unit="分钟", units=MINUTES_AS_S, whole=True),
    Column("active", "启用", "Active", one_of(YES_NO_CHOICES), YES_NO, ("是否启用", "在用"),
           choices=YES_NO_CHOICES, example=("是", "是")),
)  # fmt: skip
"""Order of the template."""
