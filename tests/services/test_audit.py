"""Every chain holds, and every way of tampering with one is found."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tests.factories import REPORT, make_city
from tracker.audit import SYSTEM_CHAIN, plan_chain, record
from tracker.audit.commands import hash_of
from tracker.audit.models import AuditEntry, AuditHead
from tracker.db import transaction


@pytest.fixture
def chain(app: Flask) -> str:
    """The chain of a plan with some acts in it; the system's chain has entries too."""
    with app.app_context(), transaction() as session:
        city = make_city(session)
        city.go_live(session)
        city.do(session, "handler", "1", "acknowledge")
        city.do(session, "handler", "1", "report", **REPORT)
        city.do(session, "supervisor", "1", "return", reason="请补充")
        record(
            session, chain=SYSTEM_CHAIN, actor=city.people["administrator"],
            now=city.plan.created_at, action="test", subject="system",
        )  # fmt: skip
        return plan_chain(city.plan.id)


def verify(app: Flask) -> Result:
    """``audit verify``."""
    with app.app_context():
        return app.test_cli_runner().invoke(args=["audit", "verify"])


def entry(session: Session, chain: str, seq: int) -> AuditEntry:
    """One entry."""
    return session.scalars(select(AuditEntry).where(AuditEntry.chain == chain, AuditEntry.seq == seq)).one()


def last(session: Session, chain: str) -> int:
    """The number of the chain's last entry."""
    return session.get_one(AuditHead, chain).seq


def edit_data(session: Session, chain: str) -> int:
    entry(session, chain, 3).data = json.dumps({"ref": "1", "to": "verified"})
    return 3


def edit_actor(session: Session, chain: str) -> int:
    entry(session, chain, 4).actor = "user:999"
    return 4


def edit_moment(session: Session, chain: str) -> int:
    changed = entry(session, chain, 2)
    changed.at = changed.at.replace(year=2020)
    return 2


def edit_and_hash_again(session: Session, chain: str) -> int:
    """A forger who can hash mends the entry, but not the one after it."""
    forged = entry(session, chain, 3)
    forged.data = "{}"
    forged.hash = hash_of(forged, seq=3, previous=forged.previous_hash)
    return 4


def delete_one(session: Session, chain: str) -> int:
    session.execute(delete(AuditEntry).where(AuditEntry.chain == chain, AuditEntry.seq == 3))
    return 3


def delete_the_first(session: Session, chain: str) -> int:
    session.execute(delete(AuditEntry).where(AuditEntry.chain == chain, AuditEntry.seq == 1))
    return 1


def cut_the_tail(session: Session, chain: str) -> int:
    end = last(session, chain)
    session.execute(delete(AuditEntry).where(AuditEntry.chain == chain, AuditEntry.seq == end))
    return end


def cut_the_tail_and_move_the_head_number(session: Session, chain: str) -> int:
    end = cut_the_tail(session, chain)
    session.get_one(AuditHead, chain).seq = end - 1
    return end


def swap(session: Session, chain: str) -> int:
    for old, new in ((3, 1003), (4, 3), (1003, 4)):
        session.execute(
            update(AuditEntry).where(AuditEntry.chain == chain, AuditEntry.seq == old).values(seq=new)
        )  # fmt: skip
    return 3


def forge_at_the_end(session: Session, chain: str) -> int:
    end = last(session, chain)
    before = entry(session, chain, end)
    session.add(
        AuditEntry(
            chain=chain, seq=end + 1, at=before.at, actor="user:1", action="task.verify", subject="task:1",
            data="{}", previous_hash=before.hash, hash="f" * 64,
        )
    )  # fmt: skip
    return end + 1


def delete_the_whole_chain(session: Session, chain: str) -> int:
    session.execute(delete(AuditEntry).where(AuditEntry.chain == chain))
    return 1


def delete_the_head(session: Session, chain: str) -> int:
    """Entries without a head: their end is unknown."""
    end = last(session, chain)
    session.execute(delete(AuditHead).where(AuditHead.chain == chain))
    return end + 1


TAMPERING: tuple[Callable[[Session, str], int], ...] = (
    edit_data,
    edit_actor,
    edit_moment,
    edit_and_hash_again,
    delete_one,
    delete_the_first,
    cut_the_tail,
    cut_the_tail_and_move_the_head_number,
    swap,
    forge_at_the_end,
    delete_the_whole_chain,
    delete_the_head,
)


def test_untouched_chains_hold(app: Flask, chain: str) -> None:
    result = verify(app)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "every chain holds\n", "")


@pytest.mark.parametrize("tamper", TAMPERING, ids=lambda tamper: tamper.__name__)
def test_tampering_is_found_at_its_place(app: Flask, chain: str, tamper: Callable[[Session, str], int]) -> None:
    with app.app_context(), transaction() as session:
        place = tamper(session, chain)
    result = verify(app)
    assert result.exit_code == 1
    assert result.stderr == f"{chain}: broken at entry {place}\n"
    assert result.stdout == ""


def test_an_entry_holds_who_did_what_to_what(app: Flask, chain: str) -> None:
    with app.app_context(), transaction() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.seq)).all()
    assert [entry.action for entry in entries] == [
        *("plan.load", "task.dispatch", "task.dispatch", "task.dispatch", "plan.go_live"),
        *("task.acknowledge", "task.report", "task.return"),
    ]
    returned = json.loads(entries[-1].data)
    assert returned == {
        "ref": "1",
        "from": "reported",
        "to": "in_progress",
        "version": 4,
        "given": {"reason": "请补充"},
    }
    assert entries[0].actor == "system"
    assert entries[-1].actor.startswith("user:")
