"""Many scenario-days on Dask: each planned once, its result in a file of its own, so that a run
that was interrupted goes on where it stopped.

A scenario-day is known by its key, a digest of all that its result depends on: the records of the
network, the changes, the modes, the orders' seed and level, the day, the search and the versions.
Its name is no part of that, and a day before the changes is the same day for every scenario.
Planned by rounds, the same key has the same figures wherever it is planned; planned by seconds, it
has not, for a busy machine searches less far in a second.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from distributed import Client, as_completed

from coop_service.documents import format_json
from coop_service.documents.scenario import write_scenario
from coop_service.domain.scenarios import County, Scenario, change_county
from coop_service.errors import CoopError, both
from coop_service.files.results import versions
from coop_service.files.whole import write_whole
from coop_service.services.plan_runs import describe_error
from coop_service.services.scenario_days import FIGURES, plan_scenario_day

KEY_LENGTH: Final = 24


class RunsMissing(LookupError, CoopError):
    """Results of days are asked for that have none, or that failed."""

    code = "runs_missing"


@dataclass(frozen=True, slots=True)
class ScenarioDay:
    """A day of a scenario, with the digest of what its result depends on."""

    key: str
    scenario: Scenario
    date: dt.date


@dataclass(frozen=True, slots=True)
class Run:
    """What became of a scenario-day.

    Attributes:
        key: of the scenario-day.
        name: of the scenario that it was first planned for.
        date: the day.
        figures: by :data:`coop_service.services.scenario_days.FIGURES`; empty where it failed.
        hubs: most cubic metres at each hub.
        error: what went wrong; None where nothing did.
        wall_s: seconds that it took.
        cpu_s: seconds of a core.
    """

    key: str
    name: str
    date: str
    figures: Mapping[str, float]
    hubs: Mapping[str, float]
    error: Mapping[str, Any] | None
    wall_s: float
    cpu_s: float


def before_of(scenario: Scenario, county: County) -> Scenario:
    """The scenario of the same days without its changes.

    Raises:
        InvalidInput: with every fault of the changes.
    """
    before, _ = change_county(county, scenario)
    return replace(scenario, name="before", stations=(), fleet=(), modes=before.modes)


def digest_county(county: County) -> str:
    """Digest of a county's records."""
    return hashlib.sha256(repr(county).encode()).hexdigest()


def list_days(scenario: Scenario, county_digest: str) -> tuple[ScenarioDay, ...]:
    """The days of a scenario with their keys."""
    document = write_scenario(scenario)
    for name in ("name", "network", "standard_min"):
        del document[name]
    demand = {"seed": scenario.demand.seed, "level": scenario.demand.level}
    content = {
        **document,
        "demand": demand,
        "county": county_digest,
        "versions": versions(),
        "figures": list(FIGURES),
    }
    days = []
    for date in scenario.days:
        text = json.dumps({**content, "day": date}, default=str, sort_keys=True)
        key = hashlib.sha256(text.encode()).hexdigest()[:KEY_LENGTH]
        days.append(ScenarioDay(key, scenario, date))
    return tuple(days)


def read_run(folder: Path, key: str) -> Run | None:
    """The result of a scenario-day, if it has one."""
    path = folder / f"{key}.json"
    if not path.exists():
        return None
    return Run(**json.loads(path.read_text(encoding="utf-8")))


def run_days(
    days: Iterable[ScenarioDay],
    counties: Mapping[str, County],
    folder: Path,
    client: Client,
    on_done: Callable[[Run], None] = lambda run: None,
) -> tuple[Run, ...]:
    """Plan the days that have no result yet, or whose planning failed; all results in order.

    Args:
        days: a day that is there twice is planned once.
        counties: the records of each scenario's county, by its network folder.
        folder: where the results are, one file for each key; written whole or not at all.
        client: of the cluster.
        on_done: told of each day that has been planned now.
    """
    folder.mkdir(parents=True, exist_ok=True)
    days = tuple(days)
    wanted = {day.key: day for day in days if _is_wanted(read_run(folder, day.key))}
    futures = {
        client.submit(
            # The records go with each task: what one worker holds is lost when it dies.
            _plan,
            day.key,
            day.scenario,
            counties[day.scenario.network],
            day.date,
            pure=False,
        ): day
        for day in wanted.values()
    }
    for future in as_completed(list(futures), loop=client.loop):
        day = futures.pop(future)
        if future.status == "finished":
            run = future.result()
        else:  # its worker died, again and again
            run = _failed(day.key, day.scenario, day.date, future.exception(), 0.0, 0.0)
        write_whole(folder / f"{day.key}.json", format_json(asdict(run)).encode())
        on_done(run)
        future.release()
    runs = [read_run(folder, day.key) for day in days]
    return tuple(run for run in runs if run is not None)


def refuse_failed(runs: Sequence[Run]) -> None:
    """Refuse to go on with days that have failed.

    Raises:
        RunsMissing: names them all, with what went wrong.
    """
    failed = [run for run in runs if run.error is not None]
    if failed:
        told = "\n".join(f"{run.name} {run.date}: {(run.error or {})['detail']}" for run in failed)
        head = both(f"{len(failed)} 个情景日失败", f"{len(failed)} scenario-days failed")
        raise RunsMissing(f"{head}\n{told}")


def _is_wanted(run: Run | None) -> bool:
    return run is None or run.error is not None


def _plan(key: str, scenario: Scenario, county: County, date: dt.date) -> Run:
    """What a worker does; whatever goes wrong is told of this day and stops no other."""
    begun_s, begun_cpu_s = time.monotonic(), time.process_time()

    def spent() -> tuple[float, float]:
        return (
            round(time.monotonic() - begun_s, 3),
            round(time.process_time() - begun_cpu_s, 3),
        )

    try:
        before, after = change_county(county, scenario)
        result = plan_scenario_day(scenario, before, after, date)
    except Exception as error:  # reported by the caller, with its cause
        return _failed(key, scenario, date, error, *spent())
    return Run(key, scenario.name, date.isoformat(), result.figures, result.hubs, None, *spent())


def _failed(
    key: str,
    scenario: Scenario,
    date: dt.date,
    error: BaseException | None,
    wall_s: float,
    cpu_s: float,
) -> Run:
    if isinstance(error, CoopError):
        told = describe_error(error)
    else:
        trace = "".join(traceback.format_exception(error)) if error else ""
        told = {"code": "failed", "detail": f"{type(error).__name__}: {error}", "trace": trace}
    return Run(key, scenario.name, date.isoformat(), {}, {}, told, wall_s, cpu_s)
