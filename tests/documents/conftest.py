import json
from pathlib import Path

import pytest

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def problem_document():
    """The example of the format: one depot, one van, one stop, one order."""
    return json.loads((DATA / "example_problem.json").read_text("utf-8"))


@pytest.fixture
def plan_document():
    return json.loads((DATA / "example_plan.json").read_text("utf-8"))
