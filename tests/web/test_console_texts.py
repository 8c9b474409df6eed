"""Every word of the console stands in the catalogues, in both languages."""

import json
import re
from pathlib import Path

import pytest

from coop_service.domain.goods import GOODS_CLASSES
from coop_service.domain.plan import Reason, Status
from coop_service.domain.problem import Direction, ModeSetting
from coop_service.domain.records import CoordKind, Tier
from coop_service.domain.sheets.columns import SheetKind
from coop_service.domain.sheets.preview import RowAction
from coop_service.planning.engines import ENGINES
from coop_service.store.tables import PlanState, Role

WEB = Path(__file__).parents[2] / "coop_service/web"
FOLDER = WEB / "static/console"
SCRIPTS = sorted(FOLDER.glob("*.js"))
PAGE = WEB / "templates/console.html"

CHINESE = re.compile("[\u3400-\u9fff]")
WORDS = re.compile(r"\b[A-Z]?[a-z]{2,}(?: [a-z]{2,})+|\b[A-Z][a-z]{2,}")
LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`')
KEY = re.compile(r'"([a-z_0-9]+\.[a-z_0-9]+)"')

FAMILIES = {
    "direction": Direction,
    "direction_sign": Direction,
    "goods": GOODS_CLASSES,
    "reason": Reason,
    "role": Role,
    "plan_state": PlanState,
    "plan_status": Status,
    "mode": ModeSetting,
    "engine": ENGINES,
    "sheet_kind": SheetKind,
    "sheet_action": RowAction,
    "tier": [str(tier.value) for tier in Tier],
    "coord_kind": [kind for kind in CoordKind if kind is not CoordKind.REAL],
    "kind": ["driving", "service", "waiting", "rest", "hub", "loading"],
    "column": ["direction", "site", "state", "kg", "m3", "goods", "township", "window", "key"],
    "fault": ["cell", "heading", "value", "wrong", "right"],
    "paper": ["all", "dispatch", "loading", "handover", "labels"],
    "papers": ["pdf", "xlsx"],
    "crs": ["wgs84", "gcj02", "bd09"],
    "unit_name": ["weight_kg", "volume_m3"],
    "van_kind": ["urban_rural", "village_town"],
    "filter": [
        *("served", "left"),
        *("direction", "township", "goods", "assigned"),
        *("any_direction", "any_township", "any_goods", "any_assigned"),
    ],
    "legend": ["centre", "station", "village", "gateway"],
    "run": ["done", "cancelled"],
}
"""Texts whose keys are put together from a name that the service or a script gives."""

NOT_TEXTS = {"coop.key", "coop.language"}
"""What looks like a key and is the name under which the browser keeps something."""

HEADERS = {"Bearer", "Content", "Type", "Disposition", "Last", "Event", "Idempotency", "Key"}
BROWSER = {"Escape", "input", "select", "textarea", "dialog", "move", "zoom", "resize"}
NO_WORDS = HEADERS | BROWSER | {"viewreset"}
"""Words of HTTP and of the browser, which nobody reads."""


@pytest.fixture(scope="module")
def catalogues():
    return {
        language: json.loads((FOLDER / f"texts/{language}.json").read_text("utf-8"))
        for language in ("zh", "en")
    }


def used_keys():
    named = {f"{family}.{name}" for family, names in FAMILIES.items() for name in names}
    for source in (*SCRIPTS, PAGE):
        named |= set(KEY.findall(source.read_text("utf-8")))
    named |= set(re.findall(r'data-i18n(?:-\w+)?="([^"]+)"', PAGE.read_text("utf-8")))
    return named - NOT_TEXTS


def code_of(script):
    """A script without its comments."""
    text = re.sub(r"/\*.*?\*/", "", script.read_text("utf-8"), flags=re.DOTALL)
    return re.sub(r"(^|\s)//.*", "", text)


def test_both_languages_have_the_same_texts(catalogues):
    assert catalogues["zh"].keys() == catalogues["en"].keys()
    assert all(text.strip() for texts in catalogues.values() for text in texts.values())


def test_both_languages_leave_the_same_names_to_be_filled_in(catalogues):
    for key, chinese in catalogues["zh"].items():
        names = [sorted(re.findall(r"\{\w+\}", text)) for text in (chinese, catalogues["en"][key])]
        assert names[0] == names[1], key


def test_english_is_english(catalogues):
    foreign = [key for key, text in catalogues["en"].items() if CHINESE.search(text)]
    assert foreign == ["toolbar.language"]


def test_every_text_that_is_used_is_there_and_every_one_there_is_used(catalogues):
    used = used_keys()
    assert used - catalogues["zh"].keys() == set()
    assert {key for key in catalogues["zh"].keys() - used if "." in key} == set()


def test_every_family_of_keys_is_known_here():
    families = set()
    for script in SCRIPTS:
        text = script.read_text("utf-8")
        families |= set(re.findall(r"`([a-z_0-9]+)\.\$\{", text))
        families |= set(re.findall(r'named\("([a-z_]+)"', text))
    assert families - FAMILIES.keys() == set()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_scripts_hold_no_words(script):
    code = code_of(script)
    assert not CHINESE.search(code.replace("[\\u3400-\\u9fff]", ""))
    styles = "".join(path.read_text("utf-8") for path in FOLDER.glob("*.css"))
    silent = NO_WORDS | set(re.findall(r"\.([a-z-]+)", styles))
    for literal in LITERAL.findall(code):
        said = re.sub(r"\$\{[^}]*\}", "", literal)
        spoken = {word for words in WORDS.findall(said) for word in words.split()}
        assert spoken <= silent, literal


def test_the_page_holds_no_words_but_for_those_without_scripts():
    page = re.sub(r"<noscript>.*?</noscript>", "", PAGE.read_text("utf-8"))
    shown = re.sub(r"\{[{%].*?[%}]\}", "", re.sub(r"<[^>]*>", "", page))
    assert shown.strip() == ""
    assert not re.search(r'(?:title|aria-label|placeholder|alt)="[^"]', page)
