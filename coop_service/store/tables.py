"""The tables. Sites, roads, vans and orders have the fields of the values of the same kind in
:mod:`coop_service.domain.records`, units included; every record belongs to a county.

References within a county are checked when a transaction ends, so that a whole network can be
written in any order.
"""

import datetime as dt
from enum import StrEnum
from typing import Any, ClassVar, Final

from sqlalchemy import (
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from coop_service.domain.plan import Status
from coop_service.domain.problem import AMBIENT, Direction
from coop_service.domain.records import CoordKind, ServiceMode, SiteLife, Tier, VehicleSize
from coop_service.domain.stop_records import RecordKind, RefusalReason
from coop_service.store.types import (
    JsonObject,
    LifeTuple,
    NumberEnum,
    PeriodTuple,
    TextEnum,
    TextTuple,
    UtcDateTime,
    WindowTuple,
)

COUNTY_LENGTH = 6
CODE_LENGTH = 40
NAME_LENGTH = 120
KEY_LENGTH = 120
ID_LENGTH = 36
NOTE_LENGTH = 1000


class Role(StrEnum):
    """What the holder of a key may do."""

    DISPATCHER = "dispatcher"
    PLANNER = "planner"
    MANAGER = "manager"
    ADMIN = "admin"


class JobState(StrEnum):
    """Where a job stands; the last three are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class SheetState(StrEnum):
    """Where an uploaded sheet stands."""

    PREVIEWED = "previewed"
    APPLIED = "applied"


class PlanState(StrEnum):
    """Where a plan stands in its life; the last two are ends."""

    DRAFT = "draft"
    RELEASED = "released"
    IN_PROGRESS = "in_progress"
    CLOSED = "closed"
    SUPERSEDED = "superseded"


IN_FORCE: Final = (PlanState.RELEASED, PlanState.IN_PROGRESS)
"""Of the plans of a day at most one is in these states."""


class PlanEventKind(StrEnum):
    """What happens to a plan."""

    CHANGED = "changed"
    RELEASED = "released"
    STARTED = "started"
    CLOSED = "closed"
    SUPERSEDED = "superseded"


class AttachmentKind(StrEnum):
    """What an attachment of a driver's record is."""

    PHOTO = "photo"
    SIGNATURE = "signature"


def utc_now() -> dt.datetime:
    """The present moment, in UTC."""
    return dt.datetime.now(dt.UTC)


class Row(SQLModel):
    """Base of all tables."""

    # Constraints need names, or a migration cannot drop them.
    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def _county(*, primary_key: bool = False) -> Any:
    return Field(primary_key=primary_key, foreign_key="county.code", max_length=COUNTY_LENGTH)


def _site_reference(column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["county", column],
        ["site.county", "site.code"],
        deferrable=True,
        initially="DEFERRED",
    )


class County(Row, table=True):
    """A county, by its area code (GB/T 2260)."""

    __tablename__ = "county"

    code: str = Field(primary_key=True, max_length=COUNTY_LENGTH)
    name: str = Field(max_length=NAME_LENGTH)


class SiteRow(Row, table=True):
    """A node of the county's network."""

    __tablename__ = "site"
    __table_args__ = (_site_reference("parent"),)

    county: str = _county(primary_key=True)
    code: str = Field(primary_key=True, max_length=CODE_LENGTH)
    name: str = Field(max_length=NAME_LENGTH)
    tier: Tier = Field(sa_type=NumberEnum(Tier))
    kind: str = Field(max_length=40)
    parent: str | None = Field(default=None, max_length=CODE_LENGTH)
    lon: float
    lat: float
    coord_kind: CoordKind = Field(sa_type=TextEnum(CoordKind))
    population: int
    population_kind: str = Field(max_length=NAME_LENGTH)
    open_s: int
    close_s: int
    service_mode: ServiceMode | None = Field(default=None, sa_type=TextEnum(ServiceMode))
    source: str = Field(max_length=200)
    pinyin: str = Field(default="", max_length=NAME_LENGTH)
    custom: dict[str, Any] | None = Field(default=None, sa_type=JsonObject)
    life: SiteLife = Field(default=(), sa_type=LifeTuple)


class RoadRow(Row, table=True):
    """A road; its ends are kept in the order of their codes, whichever way it is driven."""

    __tablename__ = "road"
    __table_args__ = (_site_reference("u"), _site_reference("v"))

    county: str = _county(primary_key=True)
    u: str = Field(primary_key=True, max_length=CODE_LENGTH)
    v: str = Field(primary_key=True, max_length=CODE_LENGTH)
    road_class: str = Field(max_length=20)
    length_m: int
    speed_kmh: float
    largest_vehicle: VehicleSize = Field(sa_type=TextEnum(VehicleSize))
    winter_factor: float
    synthetic: bool
    source: str = Field(max_length=200)
    closed_periods: tuple[tuple[dt.date, dt.date], ...] = Field(default=(), sa_type=PeriodTuple)
    one_way_to: str | None = Field(default=None, max_length=CODE_LENGTH)


class VanRow(Row, table=True):
    """A vehicle of the county's fleet."""

    __tablename__ = "van"
    __table_args__ = (_site_reference("home"),)

    county: str = _county(primary_key=True)
    code: str = Field(primary_key=True, max_length=CODE_LENGTH)
    name: str = Field(max_length=NAME_LENGTH)
    size: VehicleSize = Field(sa_type=TextEnum(VehicleSize))
    kind: str = Field(max_length=40)
    plate: str = Field(max_length=40)
    home: str = Field(max_length=CODE_LENGTH)
    payload_kg: float
    volume_m3: float
    temperatures: tuple[str, ...] = Field(sa_type=TextTuple)
    tags: tuple[str, ...] = Field(sa_type=TextTuple)
    shift_start_s: int
    shift_end_s: int
    fixed_yuan: float
    per_km_yuan: float
    per_hour_yuan: float
    per_overtime_hour_yuan: float | None = None
    max_overtime_s: int = 0
    range_m: int | None = None
    max_trips: int = 1
    reload_s: int = 0
    active: bool = True
    default_costs: bool = True
    custom: dict[str, Any] | None = Field(default=None, sa_type=JsonObject)


class OrderRow(Row, table=True):
    """A consignment of one day, under the key that its sender gave it."""

    __tablename__ = "day_order"
    __table_args__ = (
        _site_reference("site"),
        _site_reference("depot"),
        _site_reference("to_site"),
        Index(None, "county", "date"),
        Index(None, "county", "identifier"),
    )

    county: str = _county(primary_key=True)
    key: str = Field(primary_key=True, max_length=KEY_LENGTH)
    date: dt.date
    direction: Direction = Field(sa_type=TextEnum(Direction))
    site: str = Field(max_length=CODE_LENGTH)
    depot: str = Field(max_length=CODE_LENGTH)
    weight_kg: float
    volume_m3: float
    pieces: int
    goods_class: str = Field(max_length=40)
    to_site: str | None = Field(default=None, max_length=CODE_LENGTH)
    temperature: str = Field(default=AMBIENT, max_length=40)
    windows_s: tuple[tuple[int, int], ...] = Field(default=(), sa_type=WindowTuple)
    service_s: int = 0
    required_tags: tuple[str, ...] = Field(default=(), sa_type=TextTuple)
    max_on_board_s: int | None = None
    priority: int = 1
    drop_penalty_yuan: float | None = None
    identifier: str | None = Field(default=None, max_length=64)
    synthetic: bool = False
    custom: dict[str, Any] | None = Field(default=None, sa_type=JsonObject)


class ApiKeyRow(Row, table=True):
    """An API key: who holds it and what it opens; of its secret only a digest."""

    __tablename__ = "api_key"

    id: str = Field(primary_key=True, max_length=ID_LENGTH)
    county: str = _county()
    name: str = Field(max_length=NAME_LENGTH)
    role: Role = Field(sa_type=TextEnum(Role))
    prefix: str = Field(unique=True, max_length=16)
    digest: str = Field(max_length=64)
    created_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    expires_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_used_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)


class JobRow(Row, table=True):
    """Work that was asked for; this row is what is known of it, whatever process does it."""

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("county", "idempotency_key"),
        Index(None, "county", "created_at"),
        Index(None, "state"),
    )

    id: str = Field(primary_key=True, max_length=ID_LENGTH)
    county: str = _county()
    kind: str = Field(default="plan", max_length=20)
    state: JobState = Field(default=JobState.QUEUED, sa_type=TextEnum(JobState))
    request: dict[str, Any] = Field(sa_type=JsonObject)
    request_digest: str = Field(max_length=64)
    idempotency_key: str | None = Field(default=None, max_length=200)
    progress: list[Any] = Field(default_factory=list, sa_type=JsonObject)
    error: dict[str, Any] | None = Field(default=None, sa_type=JsonObject)
    cancel_requested_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    created_by: str = Field(max_length=NAME_LENGTH)
    started_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    finished_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    # No foreign key: the plan refers to its job, and one direction is enough.
    plan_id: str | None = Field(default=None, max_length=ID_LENGTH)


class PlanRow(Row, table=True):
    """A plan: its document whole, beside it the problem it answers and what is searched for."""

    __tablename__ = "plan"
    __table_args__ = (
        UniqueConstraint("county", "date", "version"),
        Index(None, "county", "created_at"),
    )

    id: str = Field(primary_key=True, max_length=ID_LENGTH)
    county: str = _county()
    date: dt.date
    version: int
    state: PlanState = Field(default=PlanState.DRAFT, sa_type=TextEnum(PlanState))
    status: Status = Field(sa_type=TextEnum(Status))
    job_id: str | None = Field(default=None, foreign_key="job.id", max_length=ID_LENGTH)
    cost_yuan: float
    vehicles_used: int
    orders_served: int
    orders_unassigned: int
    problem: str = Field(sa_type=Text)
    document: dict[str, Any] = Field(sa_type=JsonObject)
    created_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    created_by: str = Field(max_length=NAME_LENGTH)
    # The version that it was made of: by the changes, or by planning on from it.
    parent_id: str | None = Field(default=None, foreign_key="plan.id", max_length=ID_LENGTH)
    changes: list[Any] | None = Field(default=None, sa_type=JsonObject)
    locks: dict[str, Any] | None = Field(default=None, sa_type=JsonObject)
    note: str = Field(default="", max_length=NOTE_LENGTH)
    violation_count: int = 0
    # Counts what happens to the plan; whoever acts on it says which count they have seen.
    revision: int = 1


class PlanEventRow(Row, table=True):
    """Something that happened to a plan: who, when, what. Rows are added and never changed.

    ``revision``: of the plan, from then on. ``detail``: what more there is to tell.
    """

    __tablename__ = "plan_event"
    __table_args__ = (UniqueConstraint("plan_id", "revision"),)

    id: str = Field(primary_key=True, max_length=ID_LENGTH)
    county: str = _county()
    plan_id: str = Field(foreign_key="plan.id", max_length=ID_LENGTH)
    revision: int
    kind: PlanEventKind = Field(sa_type=TextEnum(PlanEventKind))
    state: PlanState = Field(sa_type=TextEnum(PlanState))
    at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    by: str = Field(max_length=NAME_LENGTH)
    detail: dict[str, Any] | None = Field(default=None, sa_type=JsonObject)


class SheetImportRow(Row, table=True):
    """A spreadsheet that was uploaded, whole, and what became of its rows.

    ``report`` holds rows and faults as compressed JSON: they are read and written as a whole.
    """

    __tablename__ = "sheet_import"
    __table_args__ = (Index(None, "county", "created_at"),)

    id: str = Field(primary_key=True, max_length=ID_LENGTH)
    county: str = _county()
    file_name: str = Field(max_length=200)
    digest: str = Field(max_length=64)
    state: SheetState = Field(default=SheetState.PREVIEWED, sa_type=TextEnum(SheetState))
    options: dict[str, Any] = Field(sa_type=JsonObject)
    summary: dict[str, Any] = Field(sa_type=JsonObject)
    content: bytes = Field(sa_type=LargeBinary)
    report: bytes = Field(sa_type=LargeBinary)
    created_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    created_by: str = Field(max_length=NAME_LENGTH)
    applied_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)


class DriveLinkRow(Row, table=True):
    """The link to a vehicle's day for its driver; only the one of the present number opens it."""

    __tablename__ = "drive_link"

    plan_id: str = Field(primary_key=True, foreign_key="plan.id", max_length=ID_LENGTH)
    vehicle: str = Field(primary_key=True, max_length=KEY_LENGTH)
    county: str = _county()
    number: int = 1
    created_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    created_by: str = Field(max_length=NAME_LENGTH)


class StopRecordRow(Row, table=True):
    """What a driver reports, as :class:`coop_service.domain.stop_records.StopRecord` says.

    Rows are only ever added. ``sequence`` counts those of a county as they are received.
    """

    __tablename__ = "stop_record"
    __table_args__ = (
        UniqueConstraint("county", "sequence"),
        Index(None, "county", "date", "vehicle"),
    )

    county: str = _county(primary_key=True)
    id: str = Field(primary_key=True, max_length=ID_LENGTH)
    sequence: int
    date: dt.date
    plan_id: str = Field(foreign_key="plan.id", max_length=ID_LENGTH)
    plan_version: int
    vehicle: str = Field(max_length=KEY_LENGTH)
    kind: RecordKind = Field(sa_type=TextEnum(RecordKind))
    trip_index: int | None = None
    visit_index: int | None = None
    stop: str | None = Field(default=None, max_length=KEY_LENGTH)
    goods: list[Any] = Field(default_factory=list, sa_type=JsonObject)
    reason: RefusalReason | None = Field(default=None, sa_type=TextEnum(RefusalReason))
    note: str = Field(default="", max_length=NOTE_LENGTH)
    cash_yuan: float | None = None
    returned_pieces: int | None = None
    at: dt.datetime = Field(sa_type=UtcDateTime)
    received_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    lon: float | None = None
    lat: float | None = None
    attachments: tuple[str, ...] = Field(default=(), sa_type=TextTuple)
    corrects: str | None = Field(default=None, max_length=ID_LENGTH)
    withdraws: bool = False
    reported_by: str = Field(default="", max_length=NAME_LENGTH)


class AttachmentRow(Row, table=True):
    """A photo or signature; ``content`` is deleted after ``keep_until``, the rest stays."""

    __tablename__ = "attachment"
    __table_args__ = (Index(None, "keep_until"),)

    county: str = _county(primary_key=True)
    id: str = Field(primary_key=True, max_length=ID_LENGTH)
    plan_id: str = Field(foreign_key="plan.id", max_length=ID_LENGTH)
    vehicle: str = Field(max_length=KEY_LENGTH)
    kind: AttachmentKind = Field(sa_type=TextEnum(AttachmentKind))
    content_type: str = Field(max_length=40)
    content: bytes | None = Field(default=None, sa_type=LargeBinary)
    size_bytes: int
    digest: str = Field(max_length=64)
    received_at: dt.datetime = Field(default_factory=utc_now, sa_type=UtcDateTime)
    keep_until: dt.datetime = Field(sa_type=UtcDateTime)
    purged_at: dt.datetime | None = Field(default=None, sa_type=UtcDateTime)
