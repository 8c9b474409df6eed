"""Spreadsheets: a template to fill in, uploads with a preview, and taking them."""

from __future__ import annotations

import contextlib
from http import HTTPStatus
from typing import Any, Final

from flask import Response, request, url_for
from marshmallow import Schema, ValidationError, fields, validate

from coop_service.documents import find_faults, parse_json
from coop_service.documents.fields import FreeObject
from coop_service.domain.coordinates import Crs
from coop_service.domain.sheets.columns import SheetKind
from coop_service.domain.sheets.preview import RowAction, SheetOptions
from coop_service.domain.sheets.site_matching import NEAREST_WITHIN_M
from coop_service.errors import Fault, InvalidInput, both
from coop_service.services.sheet_imports import (
    apply_import,
    get_import,
    make_template,
    mark_import,
    read_report,
    store_import,
)
from coop_service.store.sheet_imports import list_imports
from coop_service.store.tables import Role, SheetImportRow, SheetState
from coop_service.web.auth import allow, caller
from coop_service.web.bodies import ApiBlueprint
from coop_service.web.context import current_settings, db_session
from coop_service.web.errors import RoleRefused
from coop_service.web.schemas import PageQuerySchema, page_of

blp = ApiBlueprint(
    "sheets", __name__, url_prefix="/sheets", description="表格导入 / Spreadsheets (Excel, CSV)"
)

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_BINARY: Final = {"type": "string", "format": "binary"}

FAULTS_SHOWN: Final = 100
"""Faults in the answer to an upload; all of them are under its ``/faults``."""

KINDS_OF_ROLE: Final = {
    Role.DISPATCHER: frozenset({SheetKind.ORDERS}),
    Role.PLANNER: frozenset({SheetKind.SITES, SheetKind.VEHICLES}),
    Role.ADMIN: frozenset(SheetKind),
}
"""What a role may store by a sheet: the same as it may one by one."""


class ImportFormSchema(Schema):
    """Options of an upload, as fields of its form."""

    kind = fields.Enum(SheetKind, by_value=True, load_default=None)
    day = fields.Date(load_default=None)
    crs = fields.Enum(Crs, by_value=True, load_default=None)
    near_m = fields.Float(load_default=NEAREST_WITHIN_M, validate=validate.Range(1, 50_000))
    map = fields.String(load_default=None)


class SheetSchema(Schema):
    """A sheet of the file; ``kind`` null: it was passed over, its headings say nothing."""

    name = fields.String()
    kind = fields.String(allow_none=True, metadata={"enum": [*SheetKind]})
    header_row = fields.Integer()
    columns = fields.List(FreeObject(), metadata={"description": "字段与标题 / field and heading"})
    ignored = fields.List(
        fields.String(), metadata={"description": "不认识的标题 / headings that are not known"}
    )
    examples = fields.Integer(metadata={"description": "忽略的示例行 / example rows left out"})


class SheetFaultSchema(Schema):
    """One thing wrong with one cell."""

    sheet = fields.String()
    cell = fields.String(metadata={"description": "如 C17 / such as C17"})
    row = fields.Integer()
    column = fields.Integer(metadata={"description": "从 0 起 / counted from 0"})
    heading = fields.String()
    field = fields.String()
    value = fields.String(metadata={"description": "单元格内容 / what stands there"})
    code = fields.String()
    wrong = fields.String(metadata={"description": "错在哪里 / what is wrong"})
    right = fields.String(metadata={"description": "应为什么 / what would be right"})


class ImportSchema(Schema):
    """An upload. ``counts``: rows by kind and by what taking them does (or has done)."""

    id = fields.String()
    file_name = fields.String()
    digest = fields.String(metadata={"description": "SHA-256"})
    state = fields.Enum(SheetState, by_value=True)
    options = FreeObject()
    sheets = fields.List(fields.Nested(SheetSchema))
    counts = fields.Dict(fields.String(), fields.Dict(fields.String(), fields.Integer()))
    fault_count = fields.Integer()
    created_at = fields.AwareDateTime()
    created_by = fields.String()
    applied_at = fields.AwareDateTime(allow_none=True)


class ImportAnswerSchema(ImportSchema):
    """An upload with its first faults and where the rest is."""

    faults = fields.List(fields.Nested(SheetFaultSchema))
    links = fields.Dict(fields.String(), fields.String())


class SheetRowSchema(Schema):
    """What taking a row does."""

    kind = fields.String(metadata={"enum": [*SheetKind]})
    sheet = fields.String()
    row = fields.Integer()
    name = fields.String(allow_none=True, metadata={"description": "订单号或编码 / key or code"})
    does = fields.String(metadata={"enum": [*RowAction]})
    changes = fields.List(FreeObject(), metadata={"description": "field, before, after"})
    notes = fields.List(fields.String())
    faults = fields.List(fields.Nested(SheetFaultSchema))


class RowQuerySchema(PageQuerySchema):
    """Which rows are wanted."""

    does = fields.Enum(RowAction, by_value=True)


class ApplyQuerySchema(Schema):
    """How an upload is taken."""

    only_good = fields.Boolean(
        load_default=False,
        metadata={
            "description": "保存正确的行;否则有任何错误则什么也不保存 / store the good rows; "
            "otherwise any fault means that nothing is stored"
        },
    )


@blp.route("/template")
@allow()
@blp.response(200, _BINARY, content_type=XLSX)
def get_template() -> Response:
    """下载模板 / The workbook to fill in, with drop-downs of the county's townships."""
    return _workbook(make_template(db_session(), caller().county), "template.xlsx")


@blp.route("/imports")
@allow()
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, page_of(ImportSchema))
def get_imports(query: dict[str, Any]) -> dict[str, Any]:
    """上传过的表格,新的在前 / The county's uploads, newest first."""
    items, total = list_imports(db_session(), caller().county, **query)
    return {"items": [_described(item) for item in items], "total": total}


@blp.route("/imports", methods=["POST"])
@allow(Role.DISPATCHER, Role.PLANNER, Role.ADMIN)
@blp.doc(
    requestBody={
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": _BINARY,
                        "kind": {"type": "string", "enum": [*SheetKind]},
                        "day": {"type": "string", "format": "date"},
                        "crs": {"type": "string", "enum": [*Crs]},
                        "near_m": {"type": "number"},
                        "map": {"type": "string", "description": '{"weight_kg": "毛重"}'},
                    },
                }
            }
        },
    }
)
@blp.response(201, ImportAnswerSchema)
def post_import() -> tuple[dict[str, Any], HTTPStatus, dict[str, str]]:
    """上传表格并预览 / Upload a spreadsheet (.xlsx, .xls, .ods, .csv) and see what it would do.

    逐格指出错误,尚不保存任何数据。表单字段:file;可选 kind、day(缺日期的订单)、crs、near_m、
    map(JSON:字段名到标题)。
    Each bad cell is named, and none of its rows is stored yet. Fields of the form: file, and
    optionally kind, day (of orders without a date), crs, near_m, map (JSON: field to heading).
    """
    name, content, options = _read_upload()
    me = caller()
    row = store_import(db_session(), me.county, name, content, options, current_settings(), me.name)
    where = url_for("sheets.get_one", import_id=row.id)
    return _answer(row), HTTPStatus.CREATED, {"Location": where}


@blp.route("/imports/<import_id>")
@allow()
@blp.response(200, ImportAnswerSchema)
def get_one(import_id: str) -> dict[str, Any]:
    """一次上传的预览或结果 / The preview of an upload, or what it has done."""
    return _answer(get_import(db_session(), caller().county, import_id))


@blp.route("/imports/<import_id>/rows")
@allow()
@blp.arguments(RowQuerySchema, location="query")
@blp.response(200, page_of(SheetRowSchema))
def get_rows(query: dict[str, Any], import_id: str) -> dict[str, Any]:
    """各行的作用 / What each row does: create, change (from and to), same, refused."""
    items, total = read_report(get_import(db_session(), caller().county, import_id)).rows(**query)
    return {"items": items, "total": total}


@blp.route("/imports/<import_id>/faults")
@allow()
@blp.arguments(PageQuerySchema, location="query")
@blp.response(200, page_of(SheetFaultSchema))
def get_faults(query: dict[str, Any], import_id: str) -> dict[str, Any]:
    """全部错误 / Every fault: those of headings first, then in the order of rows."""
    row = get_import(db_session(), caller().county, import_id)
    items, total = read_report(row).faults(**query)
    return {"items": items, "total": total}


@blp.route("/imports/<import_id>/apply", methods=["POST"])
@allow(Role.DISPATCHER, Role.PLANNER, Role.ADMIN)
@blp.arguments(ApplyQuerySchema, location="query")
@blp.response(200, ImportAnswerSchema)
def post_apply(query: dict[str, Any], import_id: str) -> dict[str, Any]:
    """保存上传的表格 / Store the rows of an upload, judged once more.

    有错误且未要求 only_good 时返回 422,列出全部错误,什么也不保存。
    With a fault and without only_good: 422 with every fault, and nothing is stored.
    """
    me = caller()
    row = get_import(db_session(), me.county, import_id)
    _refuse_role(set(row.summary["counts"]), me.role)
    return _answer(apply_import(db_session(), me.county, import_id, current_settings(), **query))


@blp.route("/imports/<import_id>/marked")
@allow()
@blp.response(200, _BINARY, content_type=XLSX)
def get_marked(import_id: str) -> Response:
    """标出错误的副本 / The refused rows as a workbook in which each bad cell is marked.

    改正后可原样上传。 / Once corrected it can be uploaded as it is.
    """
    row = get_import(db_session(), caller().county, import_id)
    return _workbook(mark_import(row), "marked.xlsx")


def _read_upload() -> tuple[str, bytes, SheetOptions]:
    request.max_content_length = current_settings().max_sheet_mb * 2**20
    upload = request.files.get("file")
    faults: list[Fault] = []
    if upload is None:
        message = both(
            "缺少文件,应以 multipart/form-data 上传", "no file; it is sent as multipart/form-data"
        )
        faults.append(Fault("/file", "missing_field", message))
    values: dict[str, Any] = {}
    try:
        values = ImportFormSchema().load(request.form.to_dict())
    except ValidationError as error:
        faults += find_faults(error.messages)
    mapping, unread = _read_mapping(values.pop("map", None))
    faults += unread
    if faults or upload is None:
        raise InvalidInput(faults)
    with contextlib.closing(upload):
        return upload.filename or "sheet", upload.read(), SheetOptions(mapping=mapping, **values)


def _read_mapping(text: str | None) -> tuple[dict[str, str], list[Fault]]:
    if text is None:
        return {}, []
    try:
        mapping = parse_json(text.encode())
    except InvalidInput as error:
        return {}, [Fault("/map" + f.pointer, f.code, f.message) for f in error.faults]
    if isinstance(mapping, dict) and all(isinstance(v, str) for v in mapping.values()):
        return mapping, []
    message = both("应为 JSON 对象:字段名到标题", "must be a JSON object: heading by field")
    return {}, [Fault("/map", "not_a_mapping", message)]


def _refuse_role(kinds: set[str], role: Role) -> None:
    refused = sorted(kind for kind in kinds if kind not in KINDS_OF_ROLE[role])
    if refused:
        names = "、".join(SheetKind(kind).zh for kind in refused)
        raise RoleRefused(
            both(
                f"角色 {role} 不能保存{names};请删除这些表再上传",
                f"the role {role} may not store {', '.join(refused)}; upload without those sheets",
            )
        )


def _described(row: dict[str, Any]) -> dict[str, Any]:
    summary = row.pop("summary")
    found = {"sheets": summary["sheets"], "counts": summary["counts"]}
    return row | found | {"fault_count": summary["faults"]}


def _answer(row: SheetImportRow) -> dict[str, Any]:
    names = ("id", "file_name", "digest", "state", "options", "summary")
    moments = ("created_at", "created_by", "applied_at")
    described = _described({name: getattr(row, name) for name in (*names, *moments)})
    faults, _ = read_report(row).faults(limit=FAULTS_SHOWN)
    links = {
        name: url_for(f"sheets.{view}", import_id=row.id)
        for name, view in (
            ("self", "get_one"),
            ("rows", "get_rows"),
            ("faults", "get_faults"),
            ("apply", "post_apply"),
            ("marked", "get_marked"),
        )
    }
    return described | {"faults": faults, "links": links}


def _workbook(content: bytes, name: str) -> Response:
    response = Response(content, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
