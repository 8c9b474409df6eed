"""Wire forms of the road: a driver's route, events, planned against actual, the way of a lot."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from coop_service.documents.fields import Amount, Flag, ListOf, Text
from coop_service.domain.actuals import VisitState
from coop_service.domain.records import CoordKind
from coop_service.domain.stop_records import RecordKind, RefusalReason
from coop_service.domain.trace import TraceKind, TraceSource
from coop_service.services.attachments import AttachmentKind
from coop_service.services.stop_records import Outcome
from coop_service.store.tables import ID_LENGTH, NOTE_LENGTH
from coop_service.web.errors import FaultSchema
from coop_service.web.schemas import INT32, Int32

MAX_ATTACHMENTS = 8
"""Photos and signatures of one event."""

_COUNT = validate.Range(0, INT32)
_AMOUNT = validate.Range(0, 1e9)


class CountedSchema(Schema):
    """An order of the visit and what was counted of it; null: nothing was."""

    order = Text(required=True)
    pieces = Amount(load_default=None, allow_none=True, validate=_AMOUNT)
    weight_kg = Amount(load_default=None, allow_none=True, validate=_AMOUNT)


class DriverEventSchema(Schema):
    """What a driver reports. ``trip`` and ``visit`` are numbers in the vehicle's day, from 0."""

    id = fields.UUID(required=True, metadata={"description": "由设备生成 / made by the device"})
    plan = fields.String(required=True, validate=validate.Length(1, ID_LENGTH))
    kind = fields.Enum(RecordKind, by_value=True, required=True)
    at = fields.AwareDateTime(
        required=True, metadata={"description": "设备时间,含时区 / time of the device, with offset"}
    )
    trip = Int32(load_default=None, allow_none=True, validate=_COUNT)
    visit = Int32(load_default=None, allow_none=True, validate=_COUNT)
    stop = Text(load_default=None, allow_none=True, validate=validate.Length(max=120))
    goods = ListOf(fields.Nested(CountedSchema), load_default=())
    reason = fields.Enum(RefusalReason, by_value=True, load_default=None, allow_none=True)
    note = fields.String(
        load_default="",
        validate=[
            validate.Length(max=NOTE_LENGTH),
            validate.Regexp(r"^[^\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]*$"),
        ],
    )
    cash_yuan = Amount(
        load_default=None,
        allow_none=True,
        validate=_AMOUNT,
        metadata={"description": "代收货款(元)/ cash on delivery taken (yuan)"},
    )
    returned_pieces = Int32(
        load_default=None,
        allow_none=True,
        validate=_COUNT,
        metadata={"description": "退货件数 / pieces given back"},
    )
    lon = Amount(load_default=None, allow_none=True, validate=validate.Range(-180, 180))
    lat = Amount(load_default=None, allow_none=True, validate=validate.Range(-90, 90))
    attachments = ListOf(
        fields.UUID(), load_default=(), validate=validate.Length(max=MAX_ATTACHMENTS)
    )
    corrects = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "被更正记录的编号 / id of the record that is put right"},
    )
    withdraws = Flag(
        load_default=False,
        metadata={"description": "被更正的事没有发生 / what is corrected has not happened"},
    )


class DriverEventsSchema(Schema):
    """A batch of events."""

    events = fields.List(fields.Nested(DriverEventSchema), required=True)


class EventOutcomeSchema(Schema):
    """What became of one event."""

    id = fields.String(allow_none=True)
    outcome = fields.Enum(Outcome, by_value=True)
    errors = fields.List(fields.Nested(FaultSchema), attribute="faults")


class EventOutcomesSchema(Schema):
    """What became of each event, in the sequence sent."""

    taken = fields.Integer()
    known = fields.Integer()
    refused = fields.Integer()
    events = fields.List(fields.Nested(EventOutcomeSchema))


class StopRecordSchema(Schema):
    """A record as it is kept."""

    id = fields.String()
    plan = fields.String()
    version = fields.Integer()
    vehicle = fields.String()
    kind = fields.Enum(RecordKind, by_value=True)
    at = fields.AwareDateTime()
    received_at = fields.AwareDateTime()
    trip = fields.Integer(attribute="trip_index", allow_none=True)
    visit = fields.Integer(attribute="visit_index", allow_none=True)
    stop = fields.String(allow_none=True)
    goods = fields.List(fields.Nested(CountedSchema))
    reason = fields.Enum(RefusalReason, by_value=True, allow_none=True)
    note = fields.String()
    cash_yuan = fields.Float(allow_none=True)
    returned_pieces = fields.Integer(allow_none=True)
    lon = fields.Float(allow_none=True)
    lat = fields.Float(allow_none=True)
    attachments = fields.List(fields.String())
    corrects = fields.String(allow_none=True)
    withdraws = fields.Boolean()
    reported_by = fields.String()


class AttachmentSchema(Schema):
    """A photo or signature, without its content."""

    id = fields.String()
    kind = fields.Enum(AttachmentKind, by_value=True)
    content_type = fields.String()
    size_bytes = fields.Integer()
    digest = fields.String(metadata={"description": "SHA-256"})
    received_at = fields.AwareDateTime()
    keep_until = fields.AwareDateTime()


class SitePlaceSchema(Schema):
    """A site as drivers see it; what is not known is empty."""

    name = fields.String()
    township = fields.String()
    contact = fields.String()
    phone = fields.String()


class PositionSchema(Schema):
    """Degrees in WGS-84; ``kind`` synthetic: made up, 示意位置."""

    lon = fields.Float()
    lat = fields.Float()
    kind = fields.Enum(CoordKind, by_value=True)


class DriveGoodsSchema(Schema):
    """An order to be handled."""

    order = fields.String()
    key = fields.String()
    goods_class = fields.String(allow_none=True)
    temperature = fields.String()
    pieces = fields.Float()
    weight_kg = fields.Float()
    identifier = fields.String()


class DriveRestSchema(Schema):
    """A rest after a visit."""

    kind = fields.String()
    start_s = fields.Integer()
    duration_s = fields.Integer()


class DriveStopSchema(Schema):
    """A visit; times are seconds after midnight in China."""

    trip = fields.Integer(attribute="trip_index")
    visit = fields.Integer(attribute="visit_index")
    stop = fields.String()
    place = fields.Nested(SitePlaceSchema)
    is_hub = fields.Boolean()
    position = fields.Nested(PositionSchema, allow_none=True)
    arrive_s = fields.Integer()
    start_s = fields.Integer()
    depart_s = fields.Integer()
    windows_s = fields.List(fields.List(fields.Integer()))
    unload = fields.List(fields.Nested(DriveGoodsSchema))
    load = fields.List(fields.Nested(DriveGoodsSchema))
    rest = fields.Nested(DriveRestSchema, allow_none=True)


class DriveTripSchema(Schema):
    """A trip; ``start`` null: the van is on the road already."""

    trip = fields.Integer(attribute="trip_index")
    start = fields.Nested(SitePlaceSchema, allow_none=True)
    end = fields.Nested(SitePlaceSchema)
    depart_s = fields.Integer()
    return_s = fields.Integer()
    pieces_at_start = fields.Float()
    weight_kg_at_start = fields.Float()


class VehicleNoteSchema(Schema):
    """A vehicle as drivers see it."""

    name = fields.String()
    plate = fields.String()
    driver = fields.String()
    phone = fields.String()


class DriverDaySchema(Schema):
    """What a driver's page shows."""

    plan = fields.String(attribute="plan.id")
    version = fields.Integer(attribute="plan.version")
    state = fields.String(attribute="plan.state.value")
    date = fields.Date(attribute="plan.date")
    county = fields.String(attribute="plan.county")
    county_name = fields.String()
    synthetic_roads = fields.Boolean()
    vehicle = fields.String(attribute="route.vehicle")
    note = fields.Nested(VehicleNoteSchema, attribute="route.note")
    reload_s = fields.Integer(attribute="route.reload_s")
    trips = fields.List(fields.Nested(DriveTripSchema), attribute="route.trips")
    stops = fields.List(fields.Nested(DriveStopSchema), attribute="route.stops")
    records = fields.List(fields.Nested(StopRecordSchema))


class DifferenceSchema(Schema):
    """An order of which something else was counted than planned."""

    order = fields.String()
    planned_pieces = fields.Float()
    planned_weight_kg = fields.Float()
    counted_pieces = fields.Float(allow_none=True)
    counted_weight_kg = fields.Float(allow_none=True)
    refused_pieces = fields.Float()


class VisitActualSchema(Schema):
    """A visit as planned, as reported and as predicted; ``late_s`` below 0: early."""

    trip = fields.Integer(attribute="stop.trip_index")
    visit = fields.Integer(attribute="stop.visit_index")
    stop = fields.String(attribute="stop.stop")
    name = fields.String(attribute="stop.place.name")
    township = fields.String(attribute="stop.place.township")
    is_hub = fields.Boolean(attribute="stop.is_hub")
    position = fields.Nested(PositionSchema, attribute="stop.position", allow_none=True)
    state = fields.Enum(VisitState, by_value=True)
    planned_arrive_s = fields.Integer(attribute="stop.arrive_s")
    planned_start_s = fields.Integer(attribute="stop.start_s")
    planned_depart_s = fields.Integer(attribute="stop.depart_s")
    arrived_s = fields.Integer(allow_none=True)
    finished_s = fields.Integer(allow_none=True)
    predicted_arrive_s = fields.Integer(allow_none=True)
    predicted_depart_s = fields.Integer(allow_none=True)
    late_s = fields.Integer(allow_none=True)
    past_window_s = fields.Integer(
        metadata={
            "description": "服务开始晚于时间窗的秒数 / service starts so long after the window"
        }
    )
    differences = fields.List(fields.Nested(DifferenceSchema))
    cash_yuan = fields.Float()
    returned_pieces = fields.Integer()
    records = fields.List(fields.Nested(StopRecordSchema))


class TripActualSchema(Schema):
    """A trip as planned, as reported and as predicted."""

    trip = fields.Integer(attribute="trip.trip_index")
    planned_depart_s = fields.Integer(attribute="trip.depart_s")
    planned_return_s = fields.Integer(attribute="trip.return_s")
    departed_s = fields.Integer(allow_none=True)
    returned_s = fields.Integer(allow_none=True)
    predicted_depart_s = fields.Integer(allow_none=True)
    predicted_return_s = fields.Integer(allow_none=True)


class VehicleActualSchema(Schema):
    """A vehicle's day; ``late_s``: of its next visit or return."""

    vehicle = fields.String(attribute="route.vehicle")
    note = fields.Nested(VehicleNoteSchema, attribute="route.note")
    late_s = fields.Integer(allow_none=True)
    done = fields.Integer()
    visits_planned = fields.Function(lambda actual: len(actual.visits))
    last_heard_at = fields.AwareDateTime(allow_none=True)
    trips = fields.List(fields.Nested(TripActualSchema))
    visits = fields.List(fields.Nested(VisitActualSchema))


class PlanActualSchema(Schema):
    """Planned against actual; times are seconds after the day's midnight in China."""

    plan = fields.String(attribute="plan.id")
    version = fields.Integer(attribute="plan.version")
    date = fields.Date(attribute="plan.date")
    now_s = fields.Integer(
        allow_none=True, metadata={"description": "null:当天已过,不再预计 / the day is over"}
    )
    vehicles = fields.List(fields.Nested(VehicleActualSchema))


class TraceEventSchema(Schema):
    """An event of a lot's way. ``at`` null: only its day is known."""

    kind = fields.Enum(TraceKind, by_value=True)
    kind_zh = fields.String(attribute="kind.zh")
    at = fields.AwareDateTime(allow_none=True)
    date = fields.Date()
    source = fields.Enum(TraceSource, by_value=True)
    source_id = fields.String()
    place = fields.Nested(SitePlaceSchema(only=("name", "township")), allow_none=True)
    vehicle = fields.String()
    plan = fields.String()
    version = fields.Integer(allow_none=True)
    planned_from = fields.AwareDateTime(allow_none=True)
    planned_to = fields.AwareDateTime(allow_none=True)
    pieces = fields.Float(allow_none=True)
    weight_kg = fields.Float(allow_none=True)
    reason = fields.Enum(RefusalReason, by_value=True, allow_none=True)
    note = fields.String()


class TraceSchema(Schema):
    """The way of a lot."""

    identifier = fields.String()
    order = fields.String()
    date = fields.Date()
    direction = fields.String()
    goods_class = fields.String()
    synthetic = fields.Boolean(metadata={"description": "演示数据 / made up for a demo"})
    events = fields.List(fields.Nested(TraceEventSchema))


class DriverLinkSchema(Schema):
    """A link to hand to a driver: as an address and as a QR code (SVG)."""

    vehicle = fields.String()
    number = fields.Integer(metadata={"description": "新号使旧链接失效 / a new one ends the old"})
    address = fields.String()
    expires_at = fields.AwareDateTime()
    qr_svg = fields.String()


class DriverLinksSchema(Schema):
    """The links of a plan."""

    links = fields.List(fields.Nested(DriverLinkSchema))


class DriverLinkRequestSchema(Schema):
    """Which links are wanted."""

    vehicles = ListOf(
        Text(),
        load_default=(),
        metadata={"description": "空表示全部出车车辆 / empty: every vehicle that the plan uses"},
    )
    renew = Flag(
        load_default=False,
        metadata={"description": "使旧链接失效 / let earlier links open nothing any more"},
    )


class WithdrawnSchema(Schema):
    """Vehicles whose links open nothing any more."""

    withdrawn = fields.List(fields.String())
