"""Two at once, each of whom could be sure that the other one stays: the unit keeps somebody, and nobody waits for ever.

On PostgreSQL, where two may be in the middle of it; SQLite lets one writer in at a time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.factories import NOW, City, give_role, make_city, make_person
from tests.services.test_last_contact import lost, staffed
from tracker.access import SYSTEM
from tracker.db import db, transaction
from tracker.directory.models import Membership, User
from tracker.errors import NotAllowed
from tracker.workflows import people
from tracker.workflows.people import change_mailbox, disable_user, handover, release

pytestmark = [pytest.mark.parametrize("database_kind", ["postgresql"]), pytest.mark.timeout(120)]
UNIT, OTHER_UNIT = "市财政局", "市教育局"
Deed = Callable[[Session], object]


@pytest.fixture
def city(app: Flask) -> City:
    """A living city.  市财政局 has two handlers: supporting, and second, who is handler of 市教育局 as well."""
    with app.app_context(), transaction() as session:
        made = make_city(session)
        made.go_live(session)
        made.people["second"] = make_person(session, made.units[UNIT], "handler")
        made.people["outsider"] = make_person(session, made.units["市体育局"], "handler")
        return made


def one_into_the_other(app: Flask, first: Deed, second: Deed) -> list[str]:
    """Do ``first``, and before it commits begin ``second``; what came of each, ``done`` or ``refused``."""
    begun, over = threading.Event(), threading.Event()

    def run_first() -> str:
        with app.app_context(), transaction() as session:
            first(session)
            begun.set()
            until = time.monotonic() + 30
            with db.engine.connect() as onlooker:
                while not over.is_set() and not onlooker.scalar(
                    text("SELECT count(*) FROM pg_locks WHERE NOT granted")
                ):
                    assert time.monotonic() < until, "the second neither waits nor ends"
                    over.wait(0.02)
                    onlooker.rollback()
        return "done"

    def run_second() -> str:
        begun.wait(30)
        try:
            with app.app_context(), transaction() as session:
                second(session)
        except NotAllowed:
            return "refused"
        else:
            return "done"
        finally:
            over.set()

    with ThreadPoolExecutor(2) as pool:
        return [future.result(60) for future in (pool.submit(run_first), pool.submit(run_second))]


def user_of(session: Session, city: City, who: str) -> User:
    return session.get_one(User, city.people[who].user_id)


def closing(city: City, who: str) -> Deed:
    return lambda session: disable_user(session, SYSTEM, NOW, NOW, user=user_of(session, city, who))


def ending(city: City, who: str) -> Deed:
    def end(session: Session) -> None:
        held = select(Membership.id).where(
            Membership.user_id == city.people[who].user_id,
            Membership.unit_id == city.units[UNIT].id,
        )
        release(session, SYSTEM, NOW, NOW, membership_id=session.scalars(held).one())

    return end


def handing(city: City, leaver: str, successor: str) -> Deed:
    return lambda session: handover(
        session, SYSTEM, NOW, NOW, leaver=user_of(session, city, leaver), successor=user_of(session, city, successor)
    )


def after(app: Flask, before: set[str]) -> set[str]:
    """The units that lost their last contact."""
    with app.app_context(), transaction() as session:
        return lost(session, before)


def pairs(city: City) -> dict[str, tuple[Deed, Deed]]:
    return {
        "each closes the other's account": (closing(city, "supporting"), closing(city, "second")),
        "an account and a role": (closing(city, "supporting"), ending(city, "second")),
        "two roles": (ending(city, "supporting"), ending(city, "second")),
        "handing over to somebody whose account is closed": (
            handing(city, "supporting", "outsider"), closing(city, "outsider"),
        ),
        "closing the account of somebody who is to take over": (
            closing(city, "outsider"), handing(city, "supporting", "outsider"),
        ),
        "handing over to a colleague whose role ends": (
            handing(city, "supporting", "second"), ending(city, "second"),
        ),
        "a role that ends while its holder takes over": (
            ending(city, "second"), handing(city, "supporting", "second"),
        ),
    }  # fmt: skip


BY_AN_OUTSIDER = (
    "handing over to somebody whose account is closed", "closing the account of somebody who is to take over",
)  # fmt: skip
REFUSED_ONCE = (
    "each closes the other's account", "an account and a role", "two roles",
    "handing over to somebody whose account is closed", "closing the account of somebody who is to take over",
    "handing over to a colleague whose role ends",
)  # fmt: skip


def prepare(app: Flask, city: City, what: str) -> set[str]:
    """Where an outsider takes over, 市财政局 has nobody but the leaver, and 市体育局 somebody besides the outsider.

    Gives the units that have a contact.
    """
    with app.app_context(), transaction() as session:
        make_person(session, city.units["市体育局"], "handler")
        if what in BY_AN_OUTSIDER:
            ending(city, "second")(session)
    with app.app_context(), transaction() as session:
        return staffed(session)


@pytest.mark.parametrize("what", [*REFUSED_ONCE, "a role that ends while its holder takes over"])
def test_of_two_at_once_one_is_told_that_nobody_else_is_left(app: Flask, city: City, what: str) -> None:
    known = prepare(app, city, what)
    outcomes = one_into_the_other(app, *pairs(city)[what])
    assert outcomes == ["done", "refused" if what in REFUSED_ONCE else "done"]
    assert after(app, known) == set()


def test_two_with_roles_in_the_same_two_units_do_not_wait_for_each_other(app: Flask, city: City) -> None:
    with app.app_context(), transaction() as session:
        give_role(session, user_of(session, city, "second"), "handler", city.units[OTHER_UNIT])
        give_role(session, user_of(session, city, "supporting"), "handler", city.units[OTHER_UNIT])
        give_role(session, user_of(session, city, "outsider"), "handler", city.units[OTHER_UNIT])
    known = prepare(app, city, "")
    assert one_into_the_other(app, *pairs(city)["each closes the other's account"]) == ["done", "refused"]
    assert after(app, known) == set()


def test_a_mailbox_does_not_go_while_the_last_person_does(app: Flask, city: City) -> None:
    with app.app_context(), transaction() as session:
        unit = city.units["武江区政府"]
        city.people["member"] = make_person(session, unit, "handler")
    known = prepare(app, city, "")
    outcomes = one_into_the_other(
        app,
        lambda session: change_mailbox(session, SYSTEM, NOW, unit_id=unit.id, address=None),
        closing(city, "member"),
    )
    assert outcomes == ["done", "refused"]
    assert after(app, known) == set()


@pytest.mark.parametrize(
    ("lock", "what"),
    [
        ("_lock_units", "each closes the other's account"),
        ("_lock_units", "two roles"),
        ("_lock_people", "closing the account of somebody who is to take over"),
    ],
)
def test_a_lock_that_is_missing_is_noticed(
    app: Flask, city: City, monkeypatch: pytest.MonkeyPatch, lock: str, what: str
) -> None:
    known = prepare(app, city, what)
    monkeypatch.setattr(people, lock, lambda session, *rest: None)
    assert one_into_the_other(app, *pairs(city)[what]) == ["done", "done"]
    assert after(app, known) == {UNIT}
