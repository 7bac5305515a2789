"""The groups of My work: what is late, what waits for a decision, then day by day, and quiet lists below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from ..i18n import N_
from .duties import ACKNOWLEDGE_BY
from .items import Item
from .sentences import Said, counted

SHOWN = 5
LONG = 50


@dataclass(frozen=True, slots=True)
class Group:
    """Some items under one heading: a ``day`` or a ``title`` (a message id).

    ``far`` says how far the day is, ``late`` whether it has passed; ``rest`` are the items beyond the first few of a
    quiet list; ``hidden`` counts what is not on the page at all.
    """

    name: str
    items: tuple[Item, ...]
    day: date | None = None
    title: str | None = None
    why: str | None = None
    far: Said | None = None
    late: bool = False
    quiet: bool = False
    rest: tuple[Item, ...] = ()
    hidden: int = 0

    @property
    def number(self) -> int:
        """How many things it stands for."""
        return len(self.items) + len(self.rest) + self.hidden


def groups_of(items: Sequence[Item]) -> list[Group]:
    """The items by group, in the order of the page."""
    days: dict[tuple[bool, date, str], list[Item]] = {}
    undated: dict[str, list[Item]] = {}
    for item in items:
        if item.kind != "duty":
            continue
        title = item.title or ""
        if item.day is None:
            undated.setdefault(title, []).append(item)
        else:
            days.setdefault((title == ACKNOWLEDGE_BY, item.day, title), []).append(item)
    dated = [_dated(day, title, found) for (_, day, title), found in days.items()]
    dated.sort(key=lambda group: (not group.late, group.day))
    late = [group for group in dated if group.late]
    loose = [_long(Group("returned", tuple(found), title=title)) for title, found in undated.items()]
    decide = [i for i in items if i.kind == "decide"]
    check = sorted((i for i in items if i.kind == "check"), key=lambda i: i.since or date.max)
    groups = [*late, *loose]
    if decide:
        why = N_("Asked for, or declined")
        groups.append(_long(Group("decide", tuple(decide), title=N_("To decide"), why=why)))
    groups += [group for group in dated if not group.late]
    if check:
        groups.append(
            _long(Group("check", tuple(check), title=N_("To verify"), why=N_("Longest waiting first")), SHOWN)
        )
    return groups + _quiet_groups(items)


def _dated(day: date, title: str, items: Sequence[Item]) -> Group:
    today = items[0].task.today
    left = items[0].task.calendar.working_days_between(today, day)
    soft = title == ACKNOWLEDGE_BY
    late = day < today and not soft
    return _long(Group("due", tuple(items), day=day, why=title, far=_far(left, day, today), late=late))


def _long(group: Group, most: int = LONG) -> Group:
    return replace(group, items=group.items[:most], hidden=len(group.items[most:]))


def _far(left: int, day: date, today: date) -> Said:
    if day == today:
        return Said(N_("Today"))
    if day < today:
        return counted(-left, N_("%(num)s working day past"), N_("%(num)s working days past"))
    if (day - today).days == 1:
        return Said(N_("Tomorrow"))
    return counted(left, N_("%(num)s working day left"), N_("%(num)s working days left"))


def _quiet_groups(items: Sequence[Item]) -> list[Group]:
    kinds = (
        ("others", N_("With others"), N_("Nothing to do for now")),
        ("open", N_("No date set"), N_("You may report at any time")),
        ("overdue", N_("Overdue at the units"), N_("Longest overdue first")),
        ("support", N_("You support"), N_("You may comment")),
    )
    groups = []
    for kind, title, why in kinds:
        found = [item for item in items if item.kind == kind]
        found.sort(key=lambda item: item.day or date.max)
        if found:
            first = SHOWN if len(found) > SHOWN + 1 else len(found)
            shown, rest, hidden = found[:first], found[first:LONG], len(found[LONG:])
            groups.append(Group(kind, tuple(shown), None, title, why, quiet=True, rest=tuple(rest), hidden=hidden))
    return groups
