"""What the visits of the walk fill in: the arguments of an address, and the form that is sent there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import REPORT
from tests.trust.walk.people import RELATION, SOMEBODY
from tests.trust.walk.world import MAIN, Stage
from tracker.directory.models import Absence, Membership, Unit
from tracker.evaluations.commands import DATES
from tracker.intake.models import ImportDraft
from tracker.outbox.models import OutboxMessage
from tracker.plans.models import Round
from tracker.plans.queries import TaskRow
from tracker.reporting.evidence.models import EvidenceFile
from tracker.reporting.models import Comment, ReportDraft
from tracker.reporting.request_models import InputRequest

PART_PAGES = ("workflows.part", "workflows.file_part")


@dataclass(frozen=True)
class Things:
    """What addresses may name besides a task.

    ``drafts``: by endpoint or feature, for several call theirs ``draft_id``.  ``parts``: the unit for which somebody in
    a relation files a part.
    """

    args: dict[str, Any]
    drafts: dict[str, int]
    parts: dict[str, int]
    dates: dict[str, str]
    leads: list[str]
    deputy: str

    def args_for(self, endpoint: str, person: str) -> dict[str, Any]:
        """The arguments as an endpoint understands them."""
        found = dict(self.args)
        found["draft_id"] = self.drafts.get(endpoint, self.drafts.get(endpoint.partition(".")[0]))
        if endpoint in PART_PAGES:
            found["unit_id"] = self.parts.get(RELATION[person], self.parts["other"])
        return found


def things_of(session: Session, stage: Stage) -> Things:
    """What ``world.fill`` made, as arguments of addresses."""
    plan = stage.plans[MAIN]
    units = {
        name: key for name, key in session.execute(select(Unit.name, Unit.id).where(Unit.region_id == plan.region_id))
    }
    planned = session.scalars(select(Round).where(Round.plan_id == plan.id, Round.state == "planned")).first()
    assert planned is not None
    leaving = select(Membership.id).where(Membership.user_id == stage.people["unitld"].user_id)
    fresh, revising = session.scalars(select(ImportDraft.id).order_by(ImportDraft.revises_id.is_not(None))).all()
    return Things(
        args={
            "unit_id": units["市财政局"],
            "round_id": planned.id,
            "message_id": session.scalars(select(OutboxMessage.id).where(OutboxMessage.state == "dead")).one(),
            "membership_id": session.scalars(leaving).one(),
            "comment_id": session.scalars(select(Comment.id)).one(),
            "absence_id": session.scalars(select(Absence.id)).one(),
            "user_id": stage.people[SOMEBODY].user_id,
            "request_id": session.scalars(select(InputRequest.id)).one(),
            "evidence_id": session.scalars(select(EvidenceFile.id)).one(),
            "token": "no-such-token",
            "filename": "app.css",
            "number": 1,
        },
        drafts={
            "intake": fresh,
            "intake.revision": revising,
            "intake.revision_post": revising,
            "workflows": session.scalars(select(ReportDraft.id)).one(),
        },
        parts={"other": units["市教育局"], "member": units["浈江区政府"]},
        dates={name: getattr(planned, name).isoformat() for name in DATES},
        leads=[str(units["市民政局"]), str(units["市教育局"])],
        deputy=str(stage.people["supld"].user_id),
    )


def form_for(endpoint: str, trigger: str, row: TaskRow, things: Things) -> dict[str, Any]:
    """A form filled in well enough for the address to act, where its line in routes.txt does not say ``typed``."""
    common: dict[str, Any] = {"version": str(row.version), "seen": "0"}
    common |= {"reason": "理由", "body": "意见", "answer": "数据见附件。"}
    common |= {"outcome": "upheld", "text": "成立。", "word": "请抓紧。"}
    report = {name: str(value) for name, value in REPORT.items()}
    absence = {"version": "1", "from_on": "2023-10-09", "to_on": "2023-10-13"}
    lead, other = things.leads
    own: dict[str, dict[str, Any]] = {
        "workflows.act": {**report, "lead_1": lead, "lead_2": other} if trigger == "reassign" else report,
        "workflows.dispatch_tasks": {"task": f"{row.ref}@{row.version}"},
        "workflows.redefine": {"definition": "standard"},
        "workflows.save_draft": report,
        "workflows.file_part": report,
        "evaluations.set_dates": things.dates,
        "reminders.set_rules": {"act": "save", "number": "0", "opens": "09:00", "closes": "17:00"},
        "intake.check_post": {"act": "settle", "doubt": "4"},
        "directory.change_pace": {"pace": "weekly"},
        "directory.add_absence": {**absence, "deputy": things.deputy},
        "directory.stop_absence": {"version": "1"},
        "directory.change_mailbox": {"mailbox": "office@example.test"},
    }
    return {**common, **own.get(endpoint, {})}
