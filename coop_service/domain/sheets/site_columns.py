"""The columns of a sheet of sites."""

from __future__ import annotations

from typing import Final

from coop_service.domain.records import CoordKind, ServiceMode, Tier, VehicleSize
from coop_service.domain.sheets.cells import (
    choice_reader,
    code_reader,
    read_clock,
    read_hours,
    read_number,
    read_whole,
    text_reader,
)
from coop_service.domain.sheets.columns import CRS_RIGHT, KM_AS_M, Column, number_from, one_of
from coop_service.domain.sheets.order_columns import (
    CRS_CHOICES,
    CRS_READER,
    DEGREES_LAT,
    DEGREES_LON,
)
from coop_service.errors import both

TIER_CHOICES: Final = ("县中心", "乡镇站", "村级点", "县外口")

TIER_NAMES: Final = (
    dict.fromkeys(("县中心", "县物流分拣中心", "centre", "0"), Tier.CENTRE)
    | dict.fromkeys(("乡镇站", "乡镇供销服务站", "station", "1"), Tier.STATION)
    | dict.fromkeys(("村级点", "村级服务点", "village point", "2"), Tier.VILLAGE_POINT)
    | dict.fromkeys(("县外口", "gateway", "9"), Tier.GATEWAY)
)

KIND_OF_TIER: Final = {
    Tier.CENTRE: "county_centre",
    Tier.STATION: "town",
    Tier.VILLAGE_POINT: "village",
    Tier.GATEWAY: "external",
}
"""Kind of a new site that states none."""

COORD_CHOICES: Final = ("实测", "代表点", "示意")

COORD_NAMES: Final = (
    dict.fromkeys(("实测", "real"), CoordKind.REAL)
    | dict.fromkeys(("代表点", "proxy"), CoordKind.PROXY)
    | dict.fromkeys(("示意", "合成", "synthetic"), CoordKind.SYNTHETIC)
)

MODE_CHOICES: Final = tuple(mode.zh for mode in ServiceMode)

MODE_NAMES: Final = {name: mode for mode in ServiceMode for name in (mode.zh, mode.value)}

SIZE_CHOICES: Final = ("微型车", "面包车", "货车")

SIZE_NAMES: Final = (
    dict.fromkeys(("微型车", "微面", "micro", "micro van"), VehicleSize.MICRO)
    | dict.fromkeys(("面包车", "厢式面包", "电动面包车", "van"), VehicleSize.VAN)
    | dict.fromkeys(("货车", "轻卡", "厢式货车", "冷藏车", "truck"), VehicleSize.TRUCK)
)

CLOCK_RIGHT: Final = both("时刻,如 07:00", "a time of day such as 07:00")

SITE_COLUMNS: Final = (
    Column(
        "code",
        "站点编码",
        "Site code",
        both("不超过 40 字的编码", "a code of at most 40 characters"),
        code_reader(40),
        ("编码", "村编码", "村代码", "站点代码", "代码", "sitecode", "id"),
        more=both(
            "再次导入时按它识别;已有站点可留空,按名称与乡镇识别",
            "recognises the site; one that is there already may go by name and township",
        ),
        example=("示例-站点1", "示例-站点2"),
    ),
    Column(
        "name",
        "站点名称",
        "Site name",
        both("不超过 120 字的名称", "a name of at most 120 characters"),
        text_reader(120),
        ("名称", "村", "村名", "站点", "村/站点", "village", "name"),
        needed=True,
        example=("示例镇", "示例村"),
    ),
    Column(
        "tier",
        "层级",
        "Tier",
        one_of(TIER_CHOICES),
        choice_reader(TIER_NAMES),
        ("站点层级", "级别"),
        needed=True,
        choices=TIER_CHOICES,
        example=("乡镇站", "村级点"),
    ),
    Column(
        "parent",
        "所属乡镇",
        "Township or parent",
        both("上级站点的编码或名称", "code or name of the site one tier up"),
        text_reader(120),
        ("乡镇", "镇", "上级", "上级站点", "所属乡镇站", "township", "parent"),
        more=both("乡镇站留空即归县中心", "a station without one belongs to the county centre"),
        example=("", "示例镇"),
    ),
    Column("lon", "经度", "Longitude", DEGREES_LON, read_number, ("lon", "lng"), needed=True,
           example=(122.51, 122.6)),
    Column("lat", "纬度", "Latitude", DEGREES_LAT, read_number, ("lat",), needed=True,
           example=(40.61, 40.65)),
    Column("crs", "坐标系", "Crs", CRS_RIGHT, CRS_READER, ("坐标系统", "坐标类型"),
           choices=CRS_CHOICES, example=("gcj02", "wgs84"),
           more=both("经纬度取自哪种地图", "of which map longitude and latitude are")),
    Column(
        "coord_kind",
        "坐标来源",
        "Position is",
        one_of(COORD_CHOICES),
        choice_reader(COORD_NAMES),
        choices=COORD_CHOICES,
        more=both("新站点留空为代表点", "if empty for a new site: 代表点, a proxy"),
        example=("实测", "代表点"),
    ),
    Column("kind", "类型", "Kind",
           both("如 village、community、town", "such as village, community, town"),
           code_reader(40), ("站点类型",)),
    Column(
        "population",
        "人口",
        "Population",
        both("不小于 0 的整数", "a whole number of 0 or more"),
        read_whole,
        ("人口数", "常住人口"),
        example=(5200, 830),
    ),
    Column("hours_s", "营业时间", "Opening hours",
           both("起止时间,如 07:00-19:00", "from and to, such as 07:00-19:00"),
           read_hours, ("服务时间", "开放时间"), example=("07:00-19:00", "")),
    Column("open_s", "开门时间", "Opens", CLOCK_RIGHT, read_clock, ("开门", "open")),
    Column("close_s", "关门时间", "Closes", CLOCK_RIGHT, read_clock, ("关门", "close")),
    Column(
        "service_mode",
        "服务方式",
        "Service mode",
        one_of(MODE_CHOICES),
        choice_reader(MODE_NAMES),
        choices=MODE_CHOICES,
        example=("供销网点", "驻村设点"),
    ),
    Column(
        "road_to",
        "接入站点",
        "Road leads to",
        both(
            "路网中相邻站点的编码或名称;新站点必须有路",
            "code or name of the neighbouring site; a new site needs a road",
        ),
        text_reader(120),
        ("相邻站点", "道路通往", "roadto"),
        more=both("新站点必填,与里程一起", "a new site needs it, and the length"),
        example=("县中心", "示例镇"),
    ),
    Column("road_m", "接入里程", "Road length", number_from(0, "km", "km"),
           synonyms=("里程", "道路里程"), unit="km", units=KM_AS_M, whole=True,
           example=(6.5, 8)),
    Column("road_speed_kmh", "接入道路车速", "Road speed",
           both("1 至 120 的数,单位 km/h", "a number from 1 to 120, in km/h"),
           synonyms=("车速",), unit="km/h",
           units=dict.fromkeys(("km/h", "公里/小时", "千米/小时", "kmh"), 1.0),
           more=both("新道路留空为 20", "if empty for a new road: 20")),
    Column("road_vehicle", "可通行最大车型", "Largest vehicle", one_of(SIZE_CHOICES),
           choice_reader(SIZE_NAMES), ("可通行车型",), choices=SIZE_CHOICES,
           more=both("新道路留空为面包车", "if empty for a new road: 面包车, a van")),
    Column("source", "数据来源", "Source",
           both("不超过 200 字", "at most 200 characters"), text_reader(200), ("来源",)),
)  # fmt: skip
"""Order of the template."""
