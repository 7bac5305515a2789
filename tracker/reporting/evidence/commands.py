"""Adding evidence files to a task, taking them back while they wait, and filing them with a report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ... import audit
from ...access import Actor, Facts, authorise
from ...errors import InvalidTransition, NotAllowed, NotFound
from ...i18n import N_
from ...idempotency import Answer, once
from ...plans.models import Instance, KeyTask, Plan
from ...plans.policy import acting_unit, relation_facts
from ...plans.queries import TaskRow, plan_by_slug, task_id_of, task_rows
from ..models import ProgressReport
from .models import EvidenceFile
from .policy import ADD, ADDABLE_STATES, NOT_NOW, may_remove
from .store import StoredFile

FILED = N_("This file belongs to a report that was filed: it stays. Only a file that waits can be removed.")
OTHERS = N_("Another unit added this file: that unit removes it, or the first-named lead unit, which consolidates.")


def add_files(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    slug: str,
    ref: str,
    files: Sequence[StoredFile],
    key: str | None = None,
) -> Answer:
    """Let stored files wait for the next report of a task, for the actor's unit.

    The same content of the same unit waits once.  Answers ``{"added": n}``.
    Raises NotFound, NotAllowed, InvalidTransition, KeyReused.
    """

    def work() -> Answer:
        plan, row, unit_id, _ = _place(session, actor, slug, ref)
        waiting = {file.sha256 for file in _waiting(session, row.task_id) if file.unit_id == unit_id}
        new = {file.sha256: file for file in files if file.sha256 not in waiting}
        assert actor.user_id is not None
        for file in new.values():
            session.add(
                EvidenceFile(
                    task_id=row.task_id,
                    unit_id=unit_id,
                    uploader_id=actor.user_id,
                    name=file.name,
                    media_type=file.media_type,
                    size=file.size,
                    sha256=file.sha256,
                    at=now,
                )
            )
        session.flush()
        if new:
            _record(session, actor, now, plan.id, "task.add_evidence", row.task_id, list(new.values()))
        return {"added": len(new)}

    content = {"command": "add_evidence", "slug": slug, "ref": ref, "files": [[f.name, f.sha256] for f in files]}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)


def remove_file(
    session: Session, actor: Actor, now: datetime, *, slug: str, ref: str, evidence_id: int, key: str | None = None
) -> Answer:
    """Take back a file that waits.  Raises NotFound, NotAllowed (filed, or another unit's), InvalidTransition.

    Answers ``{"removed": id}``.
    """

    def work() -> Answer:
        plan, row, unit_id, facts = _place(session, actor, slug, ref)
        file = session.scalar(
            select(EvidenceFile).where(EvidenceFile.id == evidence_id, EvidenceFile.task_id == row.task_id)
        )
        if file is None:
            raise NotFound()
        if file.report_id is not None:
            raise NotAllowed(FILED)
        if not may_remove(facts, file.unit_id, unit_id):
            raise NotAllowed(OTHERS)
        session.delete(file)
        session.flush()
        _record(session, actor, now, plan.id, "task.remove_evidence", row.task_id, [file])
        return {"removed": evidence_id}

    content = {"command": "remove_evidence", "slug": slug, "ref": ref, "evidence": evidence_id}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)


def file_with(session: Session, actor: Actor, now: datetime, report: ProgressReport) -> None:
    """Let every file that waits on the report's task belong to this version of it; the act has locked the instance."""
    files = _waiting(session, report.task_id)
    if not files:
        return
    for file in files:
        file.report_id = report.id
    session.flush()
    plan_id = session.scalars(select(KeyTask.plan_id).where(KeyTask.id == report.task_id)).one()
    _record(session, actor, now, plan_id, "task.file_evidence", report.task_id, files)


def record_export(session: Session, actor: Actor, now: datetime, plan: Plan, files: int) -> None:
    """Note in the audit that the index of a plan's evidence was taken out."""
    audit.record(
        session,
        chain=audit.plan_chain(plan.id),
        actor=actor,
        now=now,
        action="plan.export_evidence",
        subject=f"plan:{plan.id}",
        data={"files": files},
    )


def record_saving(session: Session, actor: Actor, now: datetime, plan: Plan, file: EvidenceFile) -> None:
    """Note in the audit that somebody saved an evidence file."""
    audit.record(
        session,
        chain=audit.plan_chain(plan.id),
        actor=actor,
        now=now,
        action="task.save_evidence",
        subject=f"task:{file.task_id}",
        data={"evidence": file.id, "name": file.name, "sha256": file.sha256},
    )


def _place(session: Session, actor: Actor, slug: str, ref: str) -> tuple[Plan, TaskRow, int, Facts]:
    """The task, locked as an act locks it, and the unit that the actor adds for."""
    plan = plan_by_slug(session, actor, slug)
    task_id = task_id_of(session, plan, ref)
    session.execute(select(Instance.task_id).where(Instance.task_id == task_id).with_for_update())
    row = task_rows(session, [plan.id], task_ids=[task_id])[0]
    facts = relation_facts(actor, plan, row)
    authorise(ADD, facts)
    if row.state not in ADDABLE_STATES:
        raise InvalidTransition(NOT_NOW)
    unit_id = acting_unit(actor, plan, row)
    assert unit_id is not None  # whoever may add is of a unit that has part in the task
    return plan, row, unit_id, facts


def _waiting(session: Session, task_id: int) -> list[EvidenceFile]:
    statement = select(EvidenceFile).where(EvidenceFile.task_id == task_id, EvidenceFile.report_id.is_(None))
    return list(session.scalars(statement.order_by(EvidenceFile.id)))


def _record(
    session: Session,
    actor: Actor,
    now: datetime,
    plan_id: int,
    action: str,
    task_id: int,
    files: Sequence[StoredFile | EvidenceFile],
) -> None:
    audit.record(
        session,
        chain=audit.plan_chain(plan_id),
        actor=actor,
        now=now,
        action=action,
        subject=f"task:{task_id}",
        data={"files": [{"name": file.name, "size": file.size, "sha256": file.sha256} for file in files]},
    )
