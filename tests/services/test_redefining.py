"""A plan changes its workflow while it lives: what has no place in the new one moves as stated, the rest stays."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, REPORT, City, make_city, task_entry
from tracker.audit.models import AuditEntry
from tracker.errors import InvalidInput, NotAllowed, NotFound
from tracker.idempotency import Answer
from tracker.outbox.models import OutboxMessage
from tracker.workflows.definitions import DEFINITIONS, MOVES
from tracker.workflows.models import HistoryEntry
from tracker.workflows.redefining import redefine

REASON = {"reason": "市政府办公室要求"}


@pytest.fixture
def city(session: Session) -> City:
    """With sign-off: W waits for a signature, S was suspended so, P is in progress, R reported."""
    made = make_city(session, [task_entry(ref, ["市民政局"]) for ref in "WSPR"], definition="with_sign_off")
    made.go_live(session)
    for ref in "WSPR":
        made.do(session, "handler", ref, "acknowledge")
    for ref in "WSR":
        made.do(session, "handler", ref, "submit", **REPORT)
    made.do(session, "supervisor", "S", "suspend", reason="暂缓")
    made.do(session, "leader", "R", "sign_off")
    return made


def change(session: Session, city: City, definition: str, who: str = "supervisor", **data: str) -> Answer:
    """Fire the command as one of the people."""
    return redefine(session, city.people[who], NOW, slug=city.plan.slug, definition=definition, data=data or REASON)


def states(session: Session, city: City) -> dict[str, tuple[str, str | None]]:
    """Ref -> (state, suspended from)."""
    return {ref: (city.row(session, ref).state, city.row(session, ref).suspended_from) for ref in "WSPR"}


def test_a_report_that_nobody_signed_goes_back_when_signatures_are_given_up(session: Session, city: City) -> None:
    assert change(session, city, "standard") == {"definition": "standard", "moved": ["W", "S"]}
    assert states(session, city) == {
        "W": ("in_progress", None),
        "S": ("suspended", "in_progress"),
        "P": ("in_progress", None),
        "R": ("reported", None),
    }
    last = session.scalars(select(HistoryEntry).order_by(HistoryEntry.id.desc())).first()
    assert last is not None
    assert (last.trigger, last.reason) == ("withdraw", REASON["reason"])
    told = session.scalars(select(OutboxMessage.recipient).where(OutboxMessage.template == "returned"))
    assert set(told) == {city.people["handler"].key}


def test_afterwards_the_unit_goes_on_by_the_new_rules_with_a_new_version(session: Session, city: City) -> None:
    change(session, city, "standard")
    with pytest.raises(NotFound):
        city.do(session, "handler", "W", "submit", **REPORT)
    assert city.do(session, "handler", "W", "report", **REPORT)["state"] == "reported"
    assert city.do(session, "supervisor", "S", "resume")["state"] == "in_progress"


def test_asking_for_signatures_moves_nothing(session: Session) -> None:
    made = make_city(session, [task_entry("1", ["市民政局"])])
    made.go_live(session)
    made.do(session, "handler", "1", "acknowledge")
    made.do(session, "handler", "1", "report", **REPORT)
    assert change(session, made, "with_sign_off")["moved"] == []
    assert made.row(session, "1").state == "reported"
    assert made.do(session, "supervisor", "1", "verify")["state"] == "verified"
    assert made.do(session, "handler", "1", "submit", **REPORT)["state"] == "awaiting_sign_off"


@pytest.mark.parametrize("who", ["handler", "leader", "observer", "administrator", "system"])
def test_supervisors_alone_change_it(session: Session, city: City, who: str) -> None:
    with pytest.raises(NotAllowed):
        change(session, city, "standard", who)
    with pytest.raises(NotFound):
        change(session, city, "standard", "another_region")


def test_it_needs_a_reason_and_a_definition_that_exists(session: Session, city: City) -> None:
    with pytest.raises(InvalidInput):
        change(session, city, "standard", reason=" ")
    with pytest.raises(NotFound):
        change(session, city, "freestyle")


def test_the_change_stands_in_the_audit_and_changing_to_the_same_does_nothing(session: Session, city: City) -> None:
    def changes() -> int:
        found = session.scalars(select(AuditEntry).where(AuditEntry.action == "plan.redefine"))
        return len(list(found))

    assert change(session, city, "with_sign_off") == {"definition": "with_sign_off", "moved": []}
    assert changes() == 0
    change(session, city, "standard")
    assert changes() == 1


def test_the_stated_moves_cover_every_state_that_the_new_definition_lacks() -> None:
    for old in DEFINITIONS.values():
        for new in DEFINITIONS.values():
            if old is not new:
                moves = MOVES[old.name, new.name]
                assert set(moves) == set(old.states) - set(new.states)
                assert set(moves.values()) <= set(new.states)
