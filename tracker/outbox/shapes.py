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
STEPS = {
    "overdue": "report",
    "report_due": "report",
    "deadline": "report",
    "unacknowledged": "acknowledge",
    "verify_due": "verify",
    "round_opens": "look",
}
"""What a reader does about each kind of reminder (docs/reminders.md)."""
ORDER = tuple(STEPS)


def dispatched_shape(context: Mapping[str, Any]) -> dict[str, Any]:
    """The tasks of one dispatch as ``led`` and ``supported``."""
    return {
        "led": [task for task in context["tasks"] if task["role"] == "lead"],
        "supported": [task for task in context["tasks"] if task["role"] != "lead"],
    }


def digest_shape(context: Mapping[str, Any]) -> dict[str, Any]:
    """From the queued entries to ``groups``, ``headline`` and ``region``.

    ``context`` is ``{"day": ISO, "name": str, "entries": [...]}``.  Entries of one kind, plan and day make one group of
    tasks; a group is ``{"kind", "step", "region", "plan", "slug", "target_on", "days_left", "when", "round",
    "round_year", "report_due_on", "path", "tasks"}``, late ones first, then by day.
    ``when`` is ``today``, ``tomorrow`` or ``day``.
    The headline is ``{"kind", "number", "when", "target_on", "same_year", "round",
    "round_year", "others"}`` of the first groups of one kind and
    day; ``others`` counts what else there is.
    """
    day = date.fromisoformat(context["day"])
    groups: dict[tuple[Any, ...], dict[str, Any]] = {}
    for entry in context["entries"]:
        key = (entry["slug"], entry["kind"], entry["round_kind"], entry["round_year"])
        key += () if entry["kind"] in ("overdue", "unacknowledged") else (entry["target_on"],)
        group = groups.setdefault(key, _group(entry, day))
        tasks = entry["tasks"] if entry["ref"] is None else [_task(entry)]
        known = {task["ref"] for task in group["tasks"]}
        group["tasks"] += [task for task in tasks if task["ref"] not in known]
    ordered = sorted(groups.values(), key=_place)
    regions = list(dict.fromkeys(group["region"] for group in ordered))
    return {
        "groups": ordered,
        "headline": _headline(ordered),
        "region": regions[0] if len(regions) == 1 else None,
        "several_plans": len({group["slug"] for group in ordered}) > 1,
    }


def _group(entry: Mapping[str, Any], day: date) -> dict[str, Any]:
    target = date.fromisoformat(entry["target_on"])
    near = {day: "today", day + timedelta(days=1): "tomorrow"}
    return {
        "kind": entry["kind"],
        "step": STEPS[entry["kind"]],
        "region": entry["region"],
        "plan": entry["plan"],
        "slug": entry["slug"],
        "target_on": target,
        "days_left": entry["days_left"],
        "when": near.get(target, "day"),
        "same_year": target.year == day.year,
        "round": ROUND_LABELS.get(entry["round_kind"]),
        "round_year": entry["round_year"] if entry["round_kind"] == "annual" else None,
        "report_due_on": entry["report_due_on"],
        "path": entry["path"],
        "tasks": [],
    }


def _task(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "ref": entry["ref"],
        "text": entry["text"],
        "path": entry["path"],
        "target_on": date.fromisoformat(entry["target_on"]),
        "days_left": entry["days_left"],
    }


def _place(group: Mapping[str, Any]) -> tuple[Any, ...]:
    late = 0 if group["kind"] == "overdue" else 1
    return late, group["target_on"], ORDER.index(group["kind"]), group["slug"]


def _headline(groups: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    first = groups[0]
    same = [
        group
        for group in groups
        if group["kind"] == first["kind"] and (first["kind"] == "overdue" or group["target_on"] == first["target_on"])
    ]
    return {
        "kind": first["kind"],
        "number": _number(same),
        "when": first["when"],
        "target_on": first["target_on"],
        "same_year": first["same_year"],
        "round": first["round"],
        "round_year": first["round_year"],
        "others": _number([group for group in groups if group not in same]),
    }


def _number(groups: Sequence[Mapping[str, Any]]) -> int:
    """How many things wait: each task of a group; a group without tasks is one thing."""
    return sum(len(group["tasks"]) or 1 for group in groups)
