import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coop_service.documents import parse_json
from coop_service.errors import InvalidInput

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc/~"), inner),
    max_leaves=20,
)


@given(json_values, st.booleans())
def test_what_the_standard_library_writes_is_read_back(value, ascii_only):
    assert parse_json(json.dumps(value, ensure_ascii=ascii_only)) == value


@pytest.mark.parametrize(
    ("text", "pointer", "code"),
    [
        ('{"a": [1, NaN]}', "/a/1", "not_finite"),
        ('{"a": {"b": -Infinity}}', "/a/b", "not_finite"),
        ("[1e400]", "/0", "not_finite"),
        ('{"a": {"x": 1, "x": 1}}', "/a/x", "repeated_key"),
        ('{"a/b": {"~": 1, "~": 2}}', "/a~1b/~0", "repeated_key"),
        (r'["\ud800"]', "/0", "broken_text"),
        (r'{"\ud800": 1}', "/\ufffd", "broken_text"),
        ("[1, 2", "", "broken_json"),
        ("", "", "broken_json"),
        ("{'a': 1}", "", "broken_json"),
        ("[1] [2]", "", "broken_json"),
        (b"\xff\xfe[1]", "", "not_utf8"),
        ("[" * 100_000, "", "too_deep"),
        ("9" * 5000, "", "out_of_range"),
    ],
)
def test_text_that_is_not_strict_json_is_refused(text, pointer, code):
    with pytest.raises(InvalidInput) as caught:
        parse_json(text)
    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [(pointer, code)]


def test_all_faults_of_a_text_are_named_in_the_order_of_the_document():
    with pytest.raises(InvalidInput) as caught:
        parse_json('{"a": NaN, "b": {"c": 1, "c": 2, "d": [Infinity]}, "e": "\\udc00"}')
    assert [fault.pointer for fault in caught.value.faults] == ["/a", "/b/c", "/b/d/0", "/e"]


def test_faults_of_one_text_are_counted_no_further_than_a_hundred():
    with pytest.raises(InvalidInput) as caught:
        parse_json("[" + ",".join(["NaN"] * 1000) + "]")
    assert len(caught.value.faults) == 100


def test_where_json_is_broken_is_said_by_line_and_column():
    with pytest.raises(InvalidInput, match="line 2, column 6"):
        parse_json('{\n"a": }')


def test_whole_surrogate_pairs_and_a_byte_order_mark_are_read():
    assert parse_json('\ufeff["\\ud83d\\ude00"]') == ["😀"]
    assert parse_json(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}
