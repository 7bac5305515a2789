"""An oracle that was written a second time agrees with the product on every day on which a reminder is due."""

from __future__ import annotations

import ast
import random
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from tests.trust.oracle import days, oracle, twins
from tests.trust.oracle.oracle import About, Key, Plan
from tests.trust.oracle.twins import FIRST, LAST, random_plan, snapshot_of
from tracker.reminders import rehearsal, rules, series
from tracker.reminders.ruleset import KINDS
from tracker.workdays.calendar import Calendar

SHORT, LONG = 12, 400


def found(plan: Plan, last: date) -> dict[Key, About]:
    """What the product says of every day: time passes, nobody acts."""
    snapshot, day = snapshot_of(plan), plan.live
    reminders: dict[Key, About] = {}
    while day <= last:
        snapshot = rehearsal.advanced(snapshot, day)
        for due in rules.due_reminders(snapshot, day):
            assert due.key not in reminders, "a key twice"
            reminders[due.key] = (due.target_on, due.step, frozenset(row.task_id for row in due.tasks))
        day += timedelta(days=1)
    return reminders


def plans_of(number: int) -> Iterator[Plan]:
    """Plans of chance, every second one with rules of chance."""
    for seed in range(number):
        yield random_plan(random.Random(f"plan {seed}"), own_rules=bool(seed % 2))


def differences(plan: Plan, last: date = LAST) -> list[str]:
    """What one of the two says and the other does not, in words."""
    ours, theirs = oracle.expected(plan, last), found(plan, last)
    return [
        f"{key}: the oracle says {ours.get(key)}, the product {theirs.get(key)}"
        for key in sorted(ours.keys() | theirs.keys())
        if ours.get(key) != theirs.get(key)
    ]


@pytest.mark.parametrize("module", [days, oracle])
def test_the_oracle_imports_nothing_of_the_product(module: ModuleType) -> None:
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    imported = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    imported += [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert imported
    assert not [name for name in imported if name.startswith(("tracker", "holidays"))]


@pytest.mark.timeout(3600)
def test_both_agree_on_every_day_of_ten_years(long_form: bool, capsys: pytest.CaptureFixture[str]) -> None:
    plans = list(plans_of(LONG if long_form else SHORT))
    assert [line for plan in plans for line in differences(plan)] == []
    said = [key for plan in plans for key in oracle.expected(plan, LAST)]
    assert {kind for _, kind, _, _ in said} == KINDS.keys()
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(plans)} plans and sets of rules, {len(said)} reminders from {FIRST} to {LAST}: no difference\n"
        )


def _free_days_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(twins, "Calendar", lambda own: Calendar(announced=range(2020, 2032)))


def _days_of_the_region_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(twins, "Calendar", lambda own: Calendar())


def _the_earlier_of_two_goes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(series, "min", lambda steps, **values: max(steps, **values), raising=False)


def _weeks_begin_on_monday(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules, "opens_week", lambda day, calendar: day.weekday() == 0)


def _nothing_is_reopened(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rehearsal, "_reopened", lambda task, day: task)


def _two_audiences_two_mails(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(rules, "together", lambda first, second: second)


def _one_day_early(patch: pytest.MonkeyPatch) -> None:
    shift = Calendar.shift
    patch.setattr(Calendar, "shift", lambda calendar, day, steps: shift(calendar, day, steps - (steps == 5)))


@pytest.mark.parametrize(
    "plant",
    [
        _free_days_ignored,
        _days_of_the_region_ignored,
        _the_earlier_of_two_goes,
        _weeks_begin_on_monday,
        _nothing_is_reopened,
        _one_day_early,
        _two_audiences_two_mails,
    ],
)
def test_a_planted_defect_is_noticed(
    monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None]
) -> None:
    plant(monkeypatch)
    assert any(differences(plan) for plan in plans_of(SHORT))
