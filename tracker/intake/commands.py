"""Writes of drafts.  A draft touches no plan before it is confirmed; every change is saved at once and audited."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from .. import audit
from ..access import Actor
from ..directory.models import Region
from ..errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from ..i18n import N_
from ..idempotency import Answer, once
from ..plans.models import Plan
from .addresses import new_region
from .editing import rows, whole
from .editing.refs import give_refs
from .editing.stored import stored_draft
from .loading import doubts_about_place
from .models import ImportDraft
from .pairing import bare
from .policy import authorise_import

CLOSED = N_("This draft is closed: it became a plan, or somebody discarded it. Import the document again.")
CHANGED = N_("Somebody changed this draft after you opened the page. Look at it as it is now, then send yours again.")
NO_TASKS = N_("No numbered key task was found in this document. Upload the plan with its division of responsibility.")
NO_NAME = N_("Write the name of the region, such as 韶关市.")
ADMINISTRATORS = N_("Only an administrator makes a new region. Choose one that is there, or ask an administrator.")

EDITS: Mapping[str, Callable[[dict[str, Any], Mapping[str, Any]], Any]] = {
    "save": rows.save_row,
    "add": rows.add_row,
    "remove": rows.remove_row,
    "split": rows.split_row,
    "merge": rows.merge_row,
    "first_leads": whole.first_leads,
    "section": whole.lead_section,
    "settle": whole.settle,
    "facts": whole.set_facts,
}
"""What the check page can do; each changes a copy of the draft."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A document that was read: the draft as ``plans read`` prints it, its doubts, and the source beside which it is
    checked (``lines``; ``places`` says where a line stands in the file)."""

    file_name: str
    file_kind: str
    sha256: str
    draft: Mapping[str, Any]
    doubts: Sequence[Mapping[str, Any]] = ()
    lines: Sequence[str] = ()
    places: Mapping[str, str] = field(default_factory=dict)


def start_draft(
    session: Session, actor: Actor, now: datetime, *, region_id: int, upload: Upload, key: str | None = None
) -> Answer:
    """Keep what was read as a draft of the region.  Returns ``{"draft": id}``.

    Where a plan of the same title lives in the region, the draft is compared with it later.  Raises NotFound,
    NotAllowed; InvalidInput (field ``file``) for a document without tasks, of which nothing is kept.
    """
    authorise_import(actor, region_id)

    def work() -> Answer:
        if not upload.draft["tasks"]:
            raise InvalidInput({"file": [NO_TASKS]})
        region = session.get_one(Region, region_id)
        place = doubts_about_place(upload.draft["region"], region)
        content = stored_draft(upload.draft, [*map(asdict, place), *upload.doubts])
        give_refs(content["tasks"])
        draft = ImportDraft(
            region_id=region.id,
            file_name=upload.file_name,
            file_kind=upload.file_kind,
            sha256=upload.sha256,
            lines=list(upload.lines),
            places=dict(upload.places),
            draft=content,
            choices={},
            created_at=now,
            created_by=actor.user_id,
            edited_at=now,
            edited_by=actor.user_id,
            revises_id=same_plan(session, region.id, content["title"]),
        )
        session.add(draft)
        session.flush()
        _record(session, actor, now, draft, "import.start", file=upload.file_name, sha256=upload.sha256)
        return {"draft": draft.id}

    content = {"command": "import.start", "region": region_id, "sha256": upload.sha256}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)


def start_in_new_region(
    session: Session, actor: Actor, now: datetime, *, name: str, slug: str, upload: Upload, key: str | None = None
) -> Answer:
    """Make a region without units (``slug`` begins its address) and keep what was read as its first draft.

    Raises NotAllowed for all but administrators; InvalidInput (fields ``region_name``, ``region_slug``, ``file``).
    """
    if not (actor.administrator or actor.is_system):
        raise NotAllowed(ADMINISTRATORS)

    def work() -> Answer:
        faults = {"region_name": [NO_NAME]} if not name else {}
        if re.fullmatch(r"[a-z][a-z0-9-]*", slug) is None:
            faults["region_slug"] = [N_("Only small letters, digits and hyphens, a letter first.")]
        if faults:
            raise InvalidInput(faults)
        region = new_region(session, actor, now, given=name, printed=None, slug=slug)
        return start_draft(session, actor, now, region_id=region.id, upload=upload)

    content = {"command": "import.start", "name": name, "slug": slug, "sha256": upload.sha256}
    return once(session, sender=actor.key, key=key, content=content, now=now, work=work)


def same_plan(session: Session, region_id: int, title: str) -> int | None:
    """The id of the region's newest plan with this title, white space aside; None where it has none."""
    wanted = bare(title)
    plans = session.execute(select(Plan.id, Plan.title).where(Plan.region_id == region_id).order_by(Plan.id.desc()))
    return next((plan_id for plan_id, own in plans if bare(own) == wanted), None)


def edit(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    draft_id: int,
    act: str,
    data: Mapping[str, Any],
    key: str | None = None,
) -> Answer:
    """Change the rows, the doubts or the head of a draft (EDITS).

    Rows carry versions of their own, so that two people who check different rows do not meet; ``data["seen"]``, where
    it is given, is the version of the draft that the form was shown at.  Raises NotFound, NotAllowed, StaleVersion,
    InvalidInput.  Returns ``{"row": key}`` of the row that was saved, added or split off, else ``{"row": null}``.
    """

    def work() -> Answer:
        draft = locked(session, actor, draft_id)
        if data.get("seen") is not None and data["seen"] != draft.version:
            raise StaleVersion(CHANGED)
        content = deepcopy(draft.draft)
        done = EDITS[act](content, data)
        save(session, actor, now, draft, f"import.{act}", draft_content=content, row=data.get("row"))
        return {"row": done["key"] if isinstance(done, dict) else None}

    sent = {"command": f"import.{act}", "draft": draft_id, **data}
    return once(session, sender=actor.key, key=key, content=sent, now=now, work=work)


def choose(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    draft_id: int,
    version: int,
    name: str,
    value: Any,
    step: str,
    key: str | None = None,
) -> Answer:
    """Keep what was chosen on one of the later pages (``name``: units, rounds, revision) and go on to ``step``.

    Raises NotFound, NotAllowed, StaleVersion.
    """

    def work() -> Answer:
        draft = locked(session, actor, draft_id)
        if draft.version != version:
            raise StaleVersion(CHANGED)
        draft.choices = {**draft.choices, name: value}
        draft.step = step
        save(session, actor, now, draft, f"import.choose_{name}", chosen=value)
        return {"draft": draft.id}

    sent = {"command": "import.choose", "draft": draft_id, "version": version, "name": name, "value": value}
    return once(session, sender=actor.key, key=key, content=sent, now=now, work=work)


def discard(session: Session, actor: Actor, now: datetime, *, draft_id: int) -> None:
    """Throw a draft away.  Raises NotFound, NotAllowed."""
    draft = locked(session, actor, draft_id)
    draft.step = "discarded"
    save(session, actor, now, draft, "import.discard")


def locked(session: Session, actor: Actor, draft_id: int) -> ImportDraft:
    """The draft, locked and open.  Raises NotFound, NotAllowed, also for one that is closed."""
    draft = session.execute(
        select(ImportDraft)
        .where(ImportDraft.id == draft_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if draft is None:
        raise NotFound()
    authorise_import(actor, draft.region_id)
    if not draft.open:
        raise NotAllowed(CLOSED)
    return draft


def save(
    session: Session,
    actor: Actor,
    now: datetime,
    draft: ImportDraft,
    action: str,
    *,
    draft_content: dict[str, Any] | None = None,
    **data: Any,
) -> None:
    """Count a change of a locked draft, say whose it was, and record it."""
    if draft_content is not None:
        draft.draft = draft_content
    draft.version += 1
    draft.edited_at, draft.edited_by = now, actor.user_id
    session.flush()
    _record(session, actor, now, draft, action, version=draft.version, **data)


def _record(session: Session, actor: Actor, now: datetime, draft: ImportDraft, action: str, **data: Any) -> None:
    audit.record(
        session,
        chain=audit.SYSTEM_CHAIN,
        actor=actor,
        now=now,
        action=action,
        subject=f"import:{draft.id}",
        data={"region": draft.region_id, **data},
    )
