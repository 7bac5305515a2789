"""Applying the difference that a person ticked: history, reports and numbers of untouched tasks stay.

States move through the commands of workflows alone, as the supervisor who applies it, or as the system in the
supervising unit's name where an administrator does.  What a state does not allow is left, with what to do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from .. import audit
from ..access import SYSTEM, Actor, Role, authorise
from ..errors import InvalidInput
from ..i18n import N_
from ..plans.document import stated_of
from ..plans.models import Plan, PlanRevision
from ..plans.policy import plan_facts
from ..plans.queries import plan_by_slug
from ..workflows.commands import dispatch_tasks
from ..workflows.path import lock_tasks
from .making import Work, entry_of, refused
from .ordering import put_in_order
from .policy import REVISE
from .revision import Change, Difference, difference
from .settling import Choices, named_once, settle_units


@dataclass(frozen=True, slots=True)
class Applied:
    """What a revision did: the changes made, those left (with the message id and values of why), the refs of new tasks
    by their change's key, and the units made for it.  ``number`` is None where nothing was done and nothing recorded.
    """

    number: int | None
    done: tuple[Change, ...]
    left: tuple[tuple[Change, str, Mapping[str, Any]], ...]
    refs: Mapping[str, str]
    created: tuple[str, ...] = ()


def apply_revision(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    slug: str,
    draft: Mapping[str, Any],
    document_name: str,
    sha256: str,
    ticked: Collection[str] | None = None,
    choices: Choices | None = None,
) -> Applied:
    """Apply a loaded draft's changes to a plan: all of them, or those whose keys are ``ticked``.

    Raises NotFound, NotAllowed, UnknownUnits for the names of ticked changes, InvalidInput where a ticked change is no
    longer there: somebody else acted in between.
    """
    plan = plan_by_slug(session, actor, slug)
    authorise(REVISE, plan_facts(actor, plan))
    session.execute(select(Plan.id).where(Plan.id == plan.id).with_for_update(key_share=True))
    lock_tasks(session, plan)
    chosen = choices or Choices()
    found = difference(session, plan, draft, accepted=chosen.accepted)
    keys = {change.key for change in found.changes}
    if ticked is not None and not set(ticked) <= keys:
        raise InvalidInput(message=N_("The plan has changed in the meantime. Look at the difference again."))
    changes = [change for change in found.changes if ticked is None or change.key in ticked]
    settled = settle_units(
        session, actor, now, region=plan.region, draft={**draft, "tasks": _naming(draft, changes)}, choices=chosen
    )
    tasks, _ = named_once([_resolvable(task, settled.known) for task in draft["tasks"]], settled.known)
    work = Work(
        session, actor, _who_fires(actor, plan), now, plan, {**draft, "tasks": tasks}, settled.known,
        f"规划修订：{document_name}", stated_of(session, plan),
    )  # fmt: skip
    done, left = [], []
    for change in changes:
        why = refused(work, change)
        if why is None:
            done.append(change)
        else:
            left.append((change, *why))
    _dispatch_new(work, done)
    if any(change.kind in ("new", "moved") for change in done):
        put_in_order(session, plan, _refs_in_order(work, found))
    number = _record(work, done, left, document_name, sha256) if done else None
    return Applied(number, tuple(done), tuple(left), work.refs, settled.created if done else ())


def _naming(draft: Mapping[str, Any], changes: Collection[Change]) -> list[Any]:
    """The tasks whose names must lead to units: those that are new or get other units."""
    return [
        draft["tasks"][change.position]
        for change in changes
        if change.kind in ("new", "reassigned") and change.position is not None and change.hindrance is None
    ]


def _resolvable(task: Mapping[str, Any], known: Mapping[str, int]) -> Mapping[str, Any]:
    """A task without the names that lead nowhere: they stand in changes that were not ticked."""
    return {**task, **{role: [name for name in task[role] if name in known] for role in ("leads", "supports")}}


def _who_fires(actor: Actor, plan: Plan) -> Actor:
    if actor.has("supervisor", plan.supervising_unit_id):
        return actor
    return replace(SYSTEM, roles=(Role(plan.region_id, plan.supervising_unit_id, "supervisor"),))


def _dispatch_new(work: Work, done: Collection[Change]) -> None:
    """New tasks of a plan that lives go to their lead units at once, one mail a person."""
    refs = [work.refs[change.key] for change in done if change.kind == "new" and entry_of(work, change)["leads"]]
    if refs and work.plan.live_since is not None:
        versions = dict.fromkeys(refs, 0)
        dispatch_tasks(work.session, work.fires, work.now, slug=work.plan.slug, versions=versions, data={})


def _refs_in_order(work: Work, found: Difference) -> list[str]:
    """The refs of the new document's tasks as far as the plan has them, in the document's order."""
    refs = (
        work.refs.get(f"new:{position + 1}", found.pairs.get(position)) for position in range(len(work.draft["tasks"]))
    )
    return [ref for ref in refs if ref is not None]


def _record(
    work: Work,
    done: Collection[Change],
    left: Collection[tuple[Change, str, Mapping[str, Any]]],
    document_name: str,
    sha256: str,
) -> int:
    """Keep what was done, in the table and in the plan's chain.  Gives the number of the revision."""
    session, plan = work.session, work.plan
    last = session.scalar(select(func.max(PlanRevision.number)).where(PlanRevision.plan_id == plan.id))
    summary: list[dict[str, Any]] = [
        {
            "key": c.key,
            "kind": c.kind,
            "ref": work.refs.get(c.key, c.ref),
            "done": True,
            "before": c.before,
            "after": c.after,
        }
        for c in done
    ]
    summary += [{"key": c.key, "kind": c.kind, "ref": c.ref, "done": False} for c, _, _ in left]
    touched = {change.ref for change in done if change.kind in ("reassigned", "date_moved")}
    stated = {
        ref: {"leads": s.leads, "supports": s.supports, "others": s.others, "deadline": s.deadline}
        for ref, s in work.stated.items()
        if ref in touched
    }
    revision = PlanRevision(
        plan_id=plan.id, number=(last or 0) + 1, at=work.now, actor_id=work.actor.user_id,
        document_name=document_name, sha256=sha256, summary=summary, stated=stated,
    )  # fmt: skip
    session.add(revision)
    session.flush()
    audit.record(
        session, chain=audit.plan_chain(plan.id), actor=work.actor, now=work.now, action="plan.revise",
        subject=f"plan:{plan.id}", data={"document": document_name, "sha256": sha256, "changes": summary},
    )  # fmt: skip
    return revision.number
