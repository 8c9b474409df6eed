"""Identifiers of lots: what they look like, and what is none."""

import datetime as dt

import pytest

from coop_service.domain.demo_lots import IDENTIFIER_PREFIX
from coop_service.domain.identifiers import BadIdentifier, check_identifier, mint_identifier

DAY = dt.date(2026, 10, 15)


def test_an_identifier_names_area_day_and_sequence():
    minted = mint_identifier("88.608.8889", "210882104", DAY, 7)
    assert minted == "88.608.8889/210882104.20261015.0007"


def test_a_sequence_may_have_more_than_four_digits():
    assert mint_identifier("88.608.8889", "210882104", DAY, 12_345).endswith(".12345")


@pytest.mark.parametrize("text", ["88.608.8889/87654321", f"{IDENTIFIER_PREFIX}/2.20261015.0001"])
def test_published_forms_are_accepted(text):
    assert check_identifier(text) == text


@pytest.mark.parametrize(
    "text",
    ["88.608.8889", "86.608.8889/1", "88.608.8889/1/2", "88.608.8889/ 1", "88.608.8889/一", ""],
)
def test_other_texts_are_refused(text):
    with pytest.raises(BadIdentifier):
        check_identifier(text)


def test_more_than_64_characters_are_refused():
    longest = "88.608.8889/" + "1" * 48
    assert check_identifier(longest.ljust(60, "1")) == longest
    with pytest.raises(BadIdentifier, match="64"):
        check_identifier("88.608.8889/" + "1" * 53)


def test_a_county_may_ask_for_another_pattern():
    assert check_identifier("86.1000/7", r"86\.[0-9]+/[0-9]+") == "86.1000/7"
    with pytest.raises(BadIdentifier, match="86"):
        mint_identifier("88.608.8889", "210882104", DAY, 1, pattern=r"86\.[0-9]+/[0-9]+")


def test_sequences_start_at_1():
    with pytest.raises(BadIdentifier, match="0"):
        mint_identifier("88.608.8889", "210882104", DAY, 0)
