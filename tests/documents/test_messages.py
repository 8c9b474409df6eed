import pytest
from marshmallow import Schema, ValidationError, fields, validate

from coop_service.documents import find_faults
from coop_service.errors import Fault


def refuse(value):
    raise ValidationError("Not today.")


class Inner(Schema):
    size = fields.Integer(required=True)


class Outer(Schema):
    date = fields.Date()
    kind = fields.String(validate=validate.OneOf(["a", "b"]))
    share = fields.Float(validate=validate.Range(0, 1))
    name = fields.String(validate=validate.Length(min=2))
    items = fields.List(fields.Nested(Inner))
    odd = fields.String(validate=refuse)


def faults_of(document):
    with pytest.raises(ValidationError) as caught:
        Outer().load(document)
    return {fault.pointer: fault for fault in find_faults(caught.value.messages)}


@pytest.mark.parametrize(
    ("document", "pointer", "code", "zh"),
    [
        ({"date": "soon"}, "/date", "not_a_date", "应为日期(YYYY-MM-DD)"),
        ({"kind": "c"}, "/kind", "unknown_choice", "应为以下之一:a, b"),
        ({"share": 2}, "/share", "out_of_range", "应在 0 与 1 之间(含两端)"),
        ({"share": "x"}, "/share", "not_a_number", "应为数字"),
        ({"share": float("nan")}, "/share", "not_finite", "数字必须有限,不得为 NaN 或无穷"),
        ({"name": "a"}, "/name", "wrong_length", "长度不得小于 2"),
        ({"name": 1}, "/name", "not_a_string", "应为字符串"),
        ({"name": None}, "/name", "null", "不得为 null"),
        ({"items": 1}, "/items", "not_a_list", "应为 JSON 数组"),
        ({"items": [1]}, "/items/0", "not_an_object", "应为 JSON 对象"),
        ({"items": [{}]}, "/items/0/size", "missing_field", "缺少必填字段"),
        ({"items": [{"size": "x"}]}, "/items/0/size", "not_whole", "应为整数"),
        ({"a/b": 1}, "/a~1b", "unknown_field", "未知字段,请删除或改正名称"),
        ([], "", "not_an_object", "应为 JSON 对象"),
        ({"odd": "x"}, "/odd", "invalid_value", "值不合要求"),
    ],
)
def test_a_message_of_marshmallow_becomes_a_bilingual_fault(document, pointer, code, zh):
    faults = faults_of(document)
    assert faults.keys() == {pointer}
    assert faults[pointer].code == code
    assert faults[pointer].message.startswith(f"{zh} / ")


def test_every_fault_of_a_tree_is_listed():
    tree = {"_schema": ["Invalid input."], "items": {2: {"size": ["Unknown field."], "x": ["?"]}}}
    assert find_faults(tree) == (
        Fault("", "invalid_value", "值不合要求 / Invalid input."),
        Fault("/items/2/size", "unknown_field", "未知字段,请删除或改正名称 / Unknown field."),
        Fault("/items/2/x", "invalid_value", "值不合要求 / ?"),
    )
