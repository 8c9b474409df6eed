"""A report as a value."""

from __future__ import annotations

import pytest

from coop_service.domain.reports import Better, Definition, Figure, Light, light_of


def definition(better: Better | None) -> Definition:
    return Definition("x", ("甲", "x"), "%", ("甲", "x"), better=better)


@pytest.mark.parametrize(
    ("better", "value", "target", "light"),
    [
        (Better.HIGHER, 100.0, 100.0, Light.GREEN),
        (Better.HIGHER, 95.0, 100.0, Light.AMBER),
        (Better.HIGHER, 94.9, 100.0, Light.RED),
        (Better.LOWER, 3.0, 4.0, Light.GREEN),
        (Better.LOWER, 4.2, 4.0, Light.AMBER),
        (Better.LOWER, 4.3, 4.0, Light.RED),
        (Better.HIGHER, None, 100.0, None),
        (Better.HIGHER, 100.0, None, None),
        (None, 100.0, 100.0, None),
    ],
)
def test_a_light_tells_how_a_figure_stands_to_its_target(
    better: Better | None, value: float | None, target: float | None, light: Light | None
) -> None:
    assert light_of(Figure("x", value, target=target), definition(better)) is light


def test_a_figure_tells_what_changed_where_there_is_something_to_compare_with() -> None:
    figure = Figure("x", 12.0, before=10.0)
    assert figure.change == 2.0
    assert figure.change_in_year is None
