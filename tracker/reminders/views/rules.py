"""The page of a plan's reminder rules: what they are, what others would do, and the sets that there were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ...access import authorise, permitted
from ...db import db, transaction
from ...errors import InvalidInput, StaleVersion
from ...plans.models import Plan
from ...plans.policy import plan_facts
from ...plans.queries import plan_by_slug
from ...reporting.commands import checked
from ...web.context import current_actor, form_key, now, translated, whole_number
from ..fitting import Unfit
from ..in_force import frozen, sets_of
from ..models import ReminderRuleSet
from ..policy import SET_RULES
from ..rehearsal import Rehearsed
from ..ruleset import DEFAULTS, KINDS, RuleSet, escalated
from ..schemas import FIELDS, STEP_FIELDS, RulesSchema, field_of, form_of
from ..setting import Proposal, propose, set_rules
from .rule_words import SECTIONS, audience_label

SHOWN = 30
"""How many lines of what comes and goes the page lists."""


@dataclass(frozen=True, slots=True)
class Line:
    """Reminders of one kind, step and day that come or go: about which tasks, and whom they reach."""

    day: date
    kind: str
    step: int
    refs: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Former:
    """A set that there was, with what it changed: (kind, audience, before, after); the window has no kind."""

    row: ReminderRuleSet
    changes: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class RulesPage:
    """The rules of a plan.  ``values`` is the form as typed; ``proposal`` what it would do, None before one asks."""

    plan: Plan
    number: int
    values: Mapping[str, str]
    history: tuple[Former, ...]
    may_set: bool
    is_default: bool
    proposal: Proposal | None = None
    come: tuple[Line, ...] = ()
    go: tuple[Line, ...] = ()

    @property
    def current(self) -> Former | None:
        """The set in force, None where the defaults are."""
        return self.history[0] if self.history else None

    def fields(self, kind: str) -> list[tuple[str, str]]:
        """(field, label) of a kind's steps, an audience each."""
        return [(field_of(kind, audience), audience_label(kind, audience)) for audience in KINDS[kind].audiences]


def rules_page(slug: str) -> str:
    """The rules that a plan follows; for supervisors the form that changes them."""
    return _page(slug)


def _page(
    slug: str,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    proposal: Proposal | None = None,
) -> str:
    actor = current_actor()
    plan = plan_by_slug(db.session, actor, slug)
    facts = plan_facts(actor, plan)
    authorise("plan.see", facts)
    sets = sets_of(db.session, plan.id)
    rules = frozen(sets[0]) if sets else DEFAULTS
    page = RulesPage(
        plan=plan,
        number=rules.number,
        values={"reason": "", **(form_of(rules) if typed is None else typed)},
        history=tuple(_history(sets)),
        may_set=permitted(SET_RULES, facts),
        is_default=rules.same_as(DEFAULTS),
        proposal=proposal,
        come=tuple(_lines(proposal.difference.added)) if proposal is not None else (),
        go=tuple(_lines(proposal.difference.removed)) if proposal is not None else (),
    )
    return render_template(
        "reminders/rules.html", page=page, errors=errors or {}, order=FIELDS, shown=SHOWN, sections=SECTIONS
    )


def rules_post(slug: str) -> Response | tuple[str, int]:
    """Show what other rules would do, or save them.  A form with faults comes back as it was typed."""
    actor, moment, key = current_actor(), now(), form_key()
    act, typed = request.form.get("act", "preview"), {name: request.form.get(name, "").strip() for name in FIELDS}
    number = whole_number(request.form.get("number", "")) or 0
    errors, status, proposal = {}, 200, None
    if act == "save":
        try:
            with transaction() as session:
                answer = set_rules(session, actor, moment, slug=slug, number=number, data=typed, key=key)
            flash(_("The rules are saved; they count from now on.") if answer["changed"] else _("Nothing has changed."))
            return redirect(url_for("reminders.rules", slug=slug), 303)
        except StaleVersion as error:
            errors, status = {"": error.text(_)}, error.status
        except InvalidInput as error:
            errors, status = _faults(error), error.status
    try:
        if act == "defaults":
            typed = {**form_of(DEFAULTS), "reason": typed["reason"]}
        elif act == "escalate":
            typed |= form_of(escalated(checked(RulesSchema(), typed)["rules"]))
        proposal = propose(db.session, actor, moment, slug=slug, data=typed)
    except InvalidInput as error:
        errors, status = {**_faults(error), **errors}, max(status, error.status) if status != 409 else status
    return _page(slug, typed, errors, proposal), status


def _faults(error: InvalidInput) -> dict[str, str]:
    if isinstance(error, Unfit):
        return {error.field: error.text(_)}
    return {name: " ".join(messages) for name, messages in translated(error.fields).items()}


def _history(sets: list[ReminderRuleSet]) -> Iterable[Former]:
    for number, row in enumerate(sets):
        before = frozen(sets[number + 1]) if number + 1 < len(sets) else DEFAULTS
        yield Former(row, tuple(_changes(before, frozen(row))))


def _changes(before: RuleSet, after: RuleSet) -> Iterable[tuple[str, str, str, str]]:
    old, new = form_of(before), form_of(after)
    for name in STEP_FIELDS:
        if old[name] != new[name]:
            kind, audience = name.split("-")
            yield kind, audience, old[name], new[name]
    window = [f"{form['opens']}—{form['closes']}" for form in (old, new)]
    if window[0] != window[1]:
        yield "", "", window[0], window[1]


def _lines(rows: Iterable[Rehearsed]) -> list[Line]:
    groups: dict[tuple[date, str, int], list[Rehearsed]] = {}
    for row in rows:
        groups.setdefault((row.due.due_on, row.due.kind, row.due.step), []).append(row)
    return [
        Line(
            day=day,
            kind=kind,
            step=step,
            refs=tuple(dict(sorted((own.task_id, own.ref) for row in found if (own := row.due.own))).values()),
            names=tuple(dict.fromkeys(row.due.recipient.name for row in found)),
        )
        for (day, kind, step), found in sorted(groups.items())
    ]
