"""The catalogues of the driver's page: one language a file, every text in each."""

import json
import re
from pathlib import Path

import pytest

import coop_service.web.drive as drive
from coop_service.domain.goods import GOODS_CLASSES, TEMPERATURES
from coop_service.domain.stop_records import RecordKind, RefusalReason

FOLDER = Path(drive.FOLDER)
LANGUAGES = ("zh", "en")
DYNAMIC = ("goods.", "temperature.", "reason.", "kind.", "state.")


def catalogue(language):
    text = (FOLDER / f"texts.{language}.js").read_text("utf-8")
    body = text.removeprefix("export default ").rstrip().removesuffix(";")
    pairs = json.loads(body, object_pairs_hook=lambda pairs: pairs)
    assert len(dict(pairs)) == len(pairs), "a key stands twice"
    return dict(pairs)


def scripts():
    return {
        path.name: path.read_text("utf-8")
        for path in FOLDER.glob("*.js")
        if not path.name.startswith("texts.")
    }


def test_both_languages_have_the_same_keys_in_the_same_order():
    assert list(catalogue("zh")) == list(catalogue("en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(language):
    assert [key for key, text in catalogue(language).items() if not text.strip()] == []


def test_both_languages_fill_in_the_same_values():
    chinese, english = catalogue("zh"), catalogue("en")
    names = re.compile(r"\{(\w+)\}")
    for key in chinese:
        assert set(names.findall(chinese[key])) == set(names.findall(english[key])), key


def test_every_text_that_the_page_asks_for_is_there_and_no_other():
    used = {key for text in scripts().values() for key in re.findall(r'\bt\(\s*"([\w.]+)"', text)}
    known = {key for key in catalogue("zh") if not key.startswith(DYNAMIC)}
    used = {key for key in used if not key.startswith(DYNAMIC)}
    assert used - known == set(), "missing"
    assert known - used == set(), "never shown"


def test_every_class_of_goods_temperature_reason_and_kind_has_its_text():
    known = catalogue("zh").keys()
    wanted = {f"goods.{name}" for name in GOODS_CLASSES}
    wanted |= {f"temperature.{name}" for name in TEMPERATURES}
    wanted |= {f"reason.{reason.value}" for reason in RefusalReason}
    wanted |= {f"kind.{kind.value}" for kind in RecordKind if kind is not RecordKind.CORRECTION}
    assert wanted - known == set()


def test_reasons_are_offered_as_the_service_knows_them_and_in_its_words():
    listed = re.search(r"const REASONS = \[(.*?)\]", scripts()["sheets.js"], re.DOTALL)[1]
    assert re.findall(r'"(\w+)"', listed) == [reason.value for reason in RefusalReason]
    chinese = catalogue("zh")
    assert all(chinese[f"reason.{reason.value}"] == reason.zh for reason in RefusalReason)


def test_texts_stand_in_the_catalogues_alone():
    chinese = re.compile(r"[\u4e00-\u9fff]")
    assert {name for name, text in scripts().items() if chinese.search(text)} == set()
