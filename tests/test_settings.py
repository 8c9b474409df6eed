import datetime as dt
from dataclasses import fields
from pathlib import Path

import pytest

from coop_service.errors import InvalidInput
from coop_service.settings import Settings, describe_settings, read_settings

README = Path(__file__).parents[1] / "README.md"


def faults_of(environment):
    with pytest.raises(InvalidInput) as caught:
        read_settings(environment)
    return [fault.pointer for fault in caught.value.faults]


def test_an_empty_environment_gives_the_defaults():
    assert read_settings({}) == Settings()
    assert read_settings({"COOP_PORT": " ", "PORT": "1", "COOP_UNRELATED": "x"}) == Settings()


def test_each_kind_of_setting_is_read_from_the_environment():
    settings = read_settings(
        {
            "COOP_DATABASE_URL": "postgresql://db/coop",
            "COOP_NETWORK_FOLDER": "elsewhere",
            "COOP_PORT": "0",
            "COOP_COUNTY": "210881",
            "COOP_DEFAULT_SOLVE_S": "2.5",
            "COOP_DEMO_DATE": "2027-01-31",
        }
    )
    assert settings.database_url == "postgresql://db/coop"
    assert settings.network_folder == Path("elsewhere")
    assert settings.port == 0
    assert settings.county == "210881"
    assert settings.default_solve_s == 2.5
    assert settings.demo_date == dt.date(2027, 1, 31)


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("COOP_PORT", "eighty"),
        ("COOP_PORT", "65536"),
        ("COOP_PORT", "-1"),
        ("COOP_WORKERS", "0"),
        ("COOP_COUNTY", "2108"),
        ("COOP_COUNTY", "21088２"),
        ("COOP_MAX_BODY_MB", "1.5"),
        ("COOP_MAX_SOLVE_S", "inf"),
        ("COOP_MAX_SOLVE_S", "0"),
        ("COOP_DEMO_DATE", "15.10.2026"),
        ("COOP_DEMO_DATE", "2019-12-31"),
        ("COOP_LATEST_DATE", "2019-12-31"),
        ("COOP_DEMO_SEED", "-1"),
        ("COOP_TILE_URL", "https://tiles.example.cn/"),
        ("COOP_TILE_URL", "tiles.example.cn/{z}/{x}/{y}.png"),
        ("COOP_TILE_URL", "https://tiles.example.cn/{z}/{x}/{y}.png; script-src *"),
        ("COOP_TILE_CRS", "bd09"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_variable(variable, text):
    assert faults_of({variable: text}) == [variable]


def test_a_limit_below_the_default_time_is_told_at_the_default_time():
    assert faults_of({"COOP_MAX_SOLVE_S": "10"}) == ["COOP_DEFAULT_SOLVE_S"]


def test_all_bad_values_are_named_at_once_in_both_languages():
    environment = {"COOP_PORT": "x", "COOP_WORKERS": "0", "COOP_DEFAULT_SOLVE_S": "700"}
    with pytest.raises(InvalidInput) as caught:
        read_settings(environment)
    assert [fault.pointer for fault in caught.value.faults] == [
        "COOP_PORT",
        "COOP_WORKERS",
        "COOP_DEFAULT_SOLVE_S",
    ]
    assert caught.value.faults[1].message == (
        "应为 1 到 256 的整数,收到“0” / must be a whole number from 1 to 256, got '0'"
    )


def test_every_setting_is_described_in_both_languages():
    descriptions = describe_settings()
    assert len(descriptions) == len(fields(Settings))
    for description in descriptions:
        assert description.variable.startswith("COOP_")
        assert description.zh
        assert description.en
    by_name = {description.variable: description for description in descriptions}
    assert by_name["COOP_DEMO_DATE"].default == "2026-10-15"


def test_defaults_are_accepted_when_written_out():
    environment = {item.variable: item.default for item in describe_settings()}
    assert read_settings(environment) == Settings()


def test_the_readme_has_a_row_for_each_setting():
    rows = [line for line in README.read_text("utf-8").splitlines() if line.startswith("|")]
    missing = [
        item.variable
        for item in describe_settings()
        if not any(f"`{item.variable}`" in row for row in rows)
    ]
    assert missing == []
