"""Mails as their readers need them: one's own tasks first; what is late before what comes, then by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from ..i18n import N_

ROUND_LABELS = {
    "annual": N_("Annual monitoring"),
    "mid_term": N_("Mid-term evaluation"),
    "end_of_term": N_("End-of-term evaluation"),
}
WAITING = ("extension", "sign_off", "second_check")
"""Kinds of what has waited for an answer since a day."""
ORDER = (
    "overdue",
    "report_due",
    "deadline",
    "unacknowledged",
    "verify_due",
    "input_request",
    "objection",
    *WAITING,
    "round_opens",
)
"""Of two groups of one day, which comes first."""
WITHOUT_DAY = ("overdue", "unacknowledged", *WAITING)
"""Kinds whose tasks stand together whatever their day, which has passed."""


def dispatched_shape(context: Mapping[str, Any]) -> dict[str, Any]:
    """The tasks of one dispatch as ``led`` and ``supported``."""
    return {
        "led": [task for task in context["tasks"] if task["role"] == "lead"],
        "supported": [task for task in context["tasks"] if task["role"] != "lead"],
    }


def digest_shape(context: Mapping[str, Any]) -> dict[str, Any]:
    """From the queued entries to ``groups``, ``headline``, ``rules`` and ``region``.

    ``context`` is ``{"day": ISO, "name": str, "entries": [...], "instead_of": [...]}``.  Entries of one kind, plan and
    day make one group of tasks, late ones first, then by day; a next step stands once, in the first group that names
    it.  ``when`` of a group and of the headline is ``today``, ``tomorrow`` or ``day``.
    The headline is ``{"number", "late", "silent", "waits", "nearest", "when", "same_year"}``: how many tasks, how many
    of them are overdue, how many not acknowledged and how many wait for an answer, and the nearest day to come, None
    where there is none.
    ``rules`` are the (kind, step) that the mail came by.
    """
    day = date.fromisoformat(context["day"])
    groups: dict[tuple[Any, ...], dict[str, Any]] = {}
    for entry in context["entries"]:
        key = (entry["slug"], entry["kind"], entry["round_kind"], entry["round_year"])
        key += () if entry["kind"] in WITHOUT_DAY else (entry["target_on"],)
        group = groups.setdefault(key, _group(entry, day))
        group["tasks"] += [_task(entry, task) for task in entry["tasks"]]
    ordered = _once_each(sorted(groups.values(), key=_place))
    regions = list(dict.fromkeys(entry["region"] for entry in context["entries"]))
    return {
        "groups": ordered,
        "headline": _headline(ordered, day),
        "rules": list(dict.fromkeys((entry["kind"], entry["step"]) for entry in context["entries"])),
        "region": regions[0] if len(regions) == 1 else None,
        "several_plans": len({group["slug"] for group in ordered}) > 1,
    }


def _group(entry: Mapping[str, Any], day: date) -> dict[str, Any]:
    target = date.fromisoformat(entry["target_on"])
    return {
        "kind": entry["kind"],
        "region": entry["region"],
        "plan": entry["plan"],
        "slug": entry["slug"],
        "target_on": target,
        "due_on": date.fromisoformat(entry["report_due_on"]) if entry["kind"] == "round_opens" else target,
        "days_left": entry["days_left"],
        "provisional": entry.get("provisional", False),
        "when": _when(target, day),
        "same_year": target.year == day.year,
        "round": ROUND_LABELS.get(entry["round_kind"]),
        "round_year": entry["round_year"] if entry["round_kind"] == "annual" else None,
        "tasks": [],
    }


def _when(target: date, day: date) -> str:
    return {day: "today", day + timedelta(days=1): "tomorrow"}.get(target, "day")


def _task(entry: Mapping[str, Any], task: Mapping[str, Any]) -> dict[str, Any]:
    return {**task, "target_on": date.fromisoformat(entry["target_on"]), "days_left": entry["days_left"]}


def _once_each(groups: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    seen: set[tuple[str, str]] = set()
    for group in groups:
        tasks = {(group["slug"], task["path"]): task for task in group["tasks"]}
        group["tasks"] = [task for place, task in tasks.items() if place not in seen]
        seen |= set(tasks)
    return [group for group in groups if group["tasks"]]


def _place(group: Mapping[str, Any]) -> tuple[Any, ...]:
    late = 0 if group["kind"] == "overdue" else 1
    return late, group["target_on"], ORDER.index(group["kind"]), group["slug"]


def _headline(groups: Sequence[Mapping[str, Any]], day: date) -> dict[str, Any]:
    days = [group["due_on"] for group in groups if group["kind"] not in WITHOUT_DAY]
    nearest = min(days, default=None)
    return {
        "number": _number(groups),
        "late": _number([group for group in groups if group["kind"] == "overdue"]),
        "silent": _number([group for group in groups if group["kind"] == "unacknowledged"]),
        "waits": _number([group for group in groups if group["kind"] in WAITING]),
        "nearest": nearest,
        "when": _when(nearest, day) if nearest is not None else None,
        "same_year": nearest is None or nearest.year == day.year,
    }


def _number(groups: Sequence[Mapping[str, Any]]) -> int:
    return sum(len(group["tasks"]) for group in groups)
