"""The columns of a sheet of orders."""

from __future__ import annotations

import datetime as dt
from typing import Final

from coop_service.domain.coordinates import Crs
from coop_service.domain.problem import Direction
from coop_service.domain.sheets.cells import (
    choice_reader,
    code_reader,
    read_date,
    read_number,
    read_whole,
    read_windows,
    text_reader,
)
from coop_service.domain.sheets.columns import (
    CRS_RIGHT,
    GOODS_CHOICES,
    GOODS_NAMES,
    KG,
    M3,
    MINUTES_AS_S,
    PIECES,
    TEMPERATURE_CHOICES,
    TEMPERATURE_NAMES,
    YUAN,
    Column,
    number_from,
    one_of,
    read_tags,
)
from coop_service.errors import both

DIRECTION_CHOICES: Final = ("下行", "上行", "调拨")

DIRECTION_NAMES: Final = (
    dict.fromkeys(("下行", "工业品下乡", "下乡", "outbound", "down"), Direction.OUTBOUND)
    | dict.fromkeys(("上行", "农产品进城", "进城", "inbound", "up"), Direction.INBOUND)
    | dict.fromkeys(("调拨", "transfer"), Direction.TRANSFER)
)

CRS_READER: Final = choice_reader(
    {"wgs84": Crs.WGS84, "wgs-84": Crs.WGS84, "GPS": Crs.WGS84}
    | dict.fromkeys(("gcj02", "gcj-02", "高德", "腾讯", "火星坐标"), Crs.GCJ02)
    | dict.fromkeys(("bd09", "bd-09", "百度"), Crs.BD09)
)

CRS_CHOICES: Final = tuple(crs.value for crs in Crs)

SITE_RIGHT: Final = both(
    "路网中的站点:编码,或村名加乡镇,或经纬度加坐标系",
    "a site of the network: its code, or its name and township, or a position and its crs",
)

DEGREES_LON: Final = both("73 至 136 之间的度数", "degrees between 73 and 136")
DEGREES_LAT: Final = both("3 至 54 之间的度数", "degrees between 3 and 54")

TODAY: Final = dt.date(2026, 11, 25)

ORDER_COLUMNS: Final = (
    Column(
        "key",
        "订单号",
        "Order no.",
        both(
            "不超过 120 字的号码,不含斜杠", "a number of at most 120 characters without slashes"
        ),
        code_reader(120),
        ("单号", "运单号", "订单编号", "订单号码", "运单编号", "order", "orderid", "key"),
        more=both(
            "再次导入时按它识别;留空则按整行内容识别",
            "recognises the order when it is imported again; if empty, the row's content does",
        ),
        example=("示例-1", "示例-2"),
    ),
    Column(
        "date",
        "日期",
        "Date",
        both("日期,如 2026-11-25", "a date such as 2026-11-25"),
        read_date,
        ("配送日期", "送货日期", "订单日期", "配送日", "day"),
        needed=True,
        more=both("留空则取导入时给定的日期", "if empty, the day given with the import"),
        example=(TODAY, TODAY),
    ),
    Column(
        "direction",
        "方向",
        "Direction",
        one_of(DIRECTION_CHOICES),
        choice_reader(DIRECTION_NAMES),
        ("上下行", "业务方向"),
        needed=True,
        choices=DIRECTION_CHOICES,
        more=both(
            "下行:工业品下乡;上行:农产品进城;调拨:站点之间",
            "下行 outbound, 上行 inbound, 调拨 transfer",
        ),
        example=("下行", "上行"),
    ),
    Column(
        "site_code",
        "站点编码",
        "Site code",
        SITE_RIGHT,
        code_reader(40),
        ("编码", "村编码", "村代码", "站点代码", "村级点编码", "code"),
        more=both("有编码时不再按名称或坐标查找", "with a code nothing else is looked up"),
    ),
    Column(
        "site_name",
        "村/站点",
        "Village or site",
        SITE_RIGHT,
        text_reader(120),
        ("村", "村名", "站点", "站点名称", "村庄", "村级点", "收货村", "收货点", "village", "site"),
        example=("示例村", "示例村"),
    ),
    Column(
        "township",
        "乡镇",
        "Township",
        both("路网中的乡镇或街道", "a township of the network"),
        text_reader(120),
        ("镇", "乡镇名称", "所属乡镇", "乡镇街道", "乡镇/街道", "街道"),
        example=("示例镇", "示例镇"),
    ),
    Column(
        "lon", "经度", "Longitude", DEGREES_LON, read_number, ("lon", "lng"),
        more=both("与纬度、坐标系一起填写", "together with latitude and crs"),
    ),
    Column("lat", "纬度", "Latitude", DEGREES_LAT, read_number, ("lat",)),
    Column(
        "crs", "坐标系", "Crs", CRS_RIGHT, CRS_READER, ("坐标系统", "坐标类型"),
        choices=CRS_CHOICES,
    ),
    Column(
        "depot",
        "发货点",
        "Depot",
        both("县中心或乡镇站的编码或名称", "code or name of the county centre or a station"),
        text_reader(120),
        ("集散点", "场站", "始发站", "仓库"),
        more=both("留空为县中心", "if empty, the county centre"),
    ),
    Column(
        "to_site",
        "调往站点",
        "To site",
        both("站点编码或名称(仅调拨)", "code or name of a site (transfers only)"),
        text_reader(120),
        ("调入站点", "目的站点", "tosite"),
    ),
    Column(
        "goods_class",
        "货类",
        "Goods",
        one_of(GOODS_CHOICES),
        choice_reader(GOODS_NAMES),
        ("货物类别", "货品类别", "品类", "货物", "类别", "goodsclass"),
        needed=True,
        choices=GOODS_CHOICES,
        example=("快递包裹", "粮食"),
    ),
    Column(
        "weight_kg",
        "重量",
        "Weight",
        number_from(0, "kg", "kg"),
        synonyms=("总重", "总重量", "毛重"),
        unit="kg",
        units=KG,
        needed=True,
        more=both("标题可改为吨、斤", "the heading may name t or 斤 (half a kg) instead"),
        example=(12.5, 400),
    ),
    Column(
        "volume_m3",
        "体积",
        "Volume",
        number_from(0, "立方米", "m3"),
        synonyms=("总体积", "方量"),
        unit="立方米",
        units=M3,
        needed=True,
        example=(0.2, 0.6),
    ),
    Column(
        "pieces",
        "件数",
        "Pieces",
        both("不小于 0 的整数", "a whole number of 0 or more"),
        synonyms=("总件数",),
        units=PIECES,
        whole=True,
        needed=True,
        example=(3, 10),
    ),
    Column(
        "temperature",
        "温区",
        "Temperature",
        one_of(TEMPERATURE_CHOICES),
        choice_reader(TEMPERATURE_NAMES),
        ("温度", "温度要求", "温控"),
        choices=TEMPERATURE_CHOICES,
        more=both("留空为常温", "if empty, ambient"),
        example=("常温", "常温"),
    ),
    Column(
        "windows_s",
        "时间窗",
        "Time windows",
        both(
            "起止时间,如 08:30-11:30;14:00-17:00", "from and to, such as 08:30-11:30;14:00-17:00"
        ),
        read_windows,
        ("时间段", "时段", "送货时间", "收货时间", "送达时间", "timewindow"),
        example=("08:30-11:30", ""),
    ),
    Column(
        "service_s",
        "装卸时间",
        "Service time",
        number_from(0, "分钟", "minutes"),
        synonyms=("作业时间", "服务时间"),
        unit="分钟",
        units=MINUTES_AS_S,
        whole=True,
    ),
    Column(
        "required_tags",
        "车辆要求",
        "Vehicle must have",
        both("如:窄路", "such as narrow_road"),
        read_tags,
        ("用车要求", "requiredtags"),
    ),
    Column(
        "max_on_board_s",
        "最长在途",
        "Longest on board",
        number_from(0, "小时", "hours"),
        synonyms=("最长在途时间",),
        unit="小时",
        units=MINUTES_AS_S,
        whole=True,
    ),
    Column(
        "priority",
        "优先级",
        "Priority",
        both("不小于 0 的整数", "a whole number of 0 or more"),
        read_whole,
        ("优先",),
    ),
    Column(
        "drop_penalty_yuan",
        "未送达罚金",
        "Drop penalty",
        number_from(0, "元", "yuan"),
        unit="元",
        units=YUAN,
        more=both("留空表示必须送达", "if empty, the order must be served"),
    ),
    Column(
        "identifier",
        "标识",
        "Identifier",
        both("不超过 64 字", "at most 64 characters"),
        code_reader(64),
        ("标识码", "工业互联网标识"),
    ),
    Column(
        "note",
        "备注",
        "Note",
        both("不超过 500 字", "at most 500 characters"),
        text_reader(500),
        ("附言", "remark", "remarks"),
    ),
)  # fmt: skip
"""Order of the template."""
