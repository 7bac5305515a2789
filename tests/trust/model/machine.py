"""Drives the real commands over a real database and compares every outcome, row and count with the book."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import COMPLETION, NOW, REPORT, UNPROVEN, City, make_city, task_entry
from tests.trust.model.book import HOST, PEOPLE, TRIGGERS, Person, Task
from tracker.audit import broken_chains
from tracker.audit.models import AuditEntry
from tracker.errors import TrackerError
from tracker.idempotency import Answer
from tracker.outbox.models import OutboxMessage
from tracker.workflows import commands
from tracker.workflows.models import Acknowledgement, HistoryEntry

LEADS = (["市民政局"], ["市民政局", "市教育局"], ["市教育局", "市民政局"], [HOST, "市教育局"], ["市民政局", HOST])
SUPPORTS = ["市财政局"]
REFS = ("1", "2")
CONTENTS = (REPORT, COMPLETION, UNPROVEN)
names = st.sampled_from(sorted(PEOPLE))
refs = st.sampled_from(REFS)
triggers = st.sampled_from(TRIGGERS)
forms = st.fixed_dictionaries(
    {},
    optional={
        "reason": st.just("理由"),
        "content": st.sampled_from(CONTENTS),
        "leads": st.sampled_from(LEADS),
    },
)


class Workflow(RuleBasedStateMachine):
    """Two tasks of one plan, ten people, any acts; a savepoint stands for the transaction of each command."""

    session: Session
    touched: tuple[str, ...] = ()

    @initialize(signs=st.booleans(), first=st.sampled_from(LEADS))
    def begin(self, signs: bool, first: list[str]) -> None:
        """A living plan whose tasks wait to be dispatched; the second names no units."""
        self.whole = self.session.begin_nested()
        entries = [task_entry("1", first, SUPPORTS), task_entry("2")]
        self.city: City = make_city(self.session, entries, definition="with_sign_off" if signs else "standard")
        self.city.let_live(self.session)
        self.book = {"1": Task(signs, first, SUPPORTS), "2": Task(signs, [], [])}
        self.seen = {(name, ref): 0 for name in PEOPLE for ref in REFS}
        self.touched = REFS
        self.last: tuple[str, dict[str, Any], Answer] | None = None

    def teardown(self) -> None:
        """The chains hold; then everything is taken back."""
        if hasattr(self, "whole"):
            try:
                assert broken_chains(self.session) == []
            finally:
                self.whole.rollback()
                self.session.expire_all()

    # Acts

    @rule(name=names, ref=refs, trigger=triggers, form=forms)
    def act_on_what_was_seen(self, name: str, ref: str, trigger: str, form: dict[str, Any]) -> None:
        """Anybody fires anything from the page they opened last, however old it is."""
        self._act(name, ref, trigger, self._data(form), self.seen[name, ref])

    @rule(name=names, ref=refs, trigger=triggers, form=forms)
    def act_on_a_fresh_page(self, name: str, ref: str, trigger: str, form: dict[str, Any]) -> None:
        """Anybody opens the page and fires anything."""
        self.seen[name, ref] = self.book[ref].version
        self._act(name, ref, trigger, self._data(form), self.seen[name, ref])

    @rule(data=st.data(), ref=refs, form=forms)
    def go_on(self, data: st.DataObject, ref: str, form: dict[str, Any]) -> None:
        """Somebody does something that the book says they can, so that runs get somewhere."""
        task, given = self.book[ref], self._data({"reason": "理由", "content": REPORT, **form})
        self._one_of(
            data,
            ref,
            given,
            lambda person, trigger: (
                trigger not in ("terminate", "decline")
                and task.foretell(person, trigger, given, task.version).islower()
            ),
        )

    @rule(data=st.data(), ref=refs, form=forms)
    def try_what_leads_somewhere(self, data: st.DataObject, ref: str, form: dict[str, Any]) -> None:
        """Anybody tries what the state allows, whether it is theirs or not: permissions are asked where they matter."""
        task, given = self.book[ref], self._data({"reason": "理由", "content": REPORT, "leads": LEADS[1], **form})
        self._one_of(
            data,
            ref,
            given,
            lambda person, trigger: trigger != "terminate" and task.leads_to(person, trigger, given) is not None,
        )

    def _one_of(
        self, data: st.DataObject, ref: str, given: dict[str, Any], wanted: Callable[[Person, str], bool]
    ) -> None:
        ways = [(name, trigger) for name, person in PEOPLE.items() for trigger in TRIGGERS if wanted(person, trigger)]
        if ways:
            name, trigger = data.draw(st.sampled_from(ways))
            self._act(name, ref, trigger, given, self.book[ref].version)

    @rule(name=names, ref=refs)
    def look(self, name: str, ref: str) -> None:
        """Somebody opens the page and does nothing yet."""
        self.seen[name, ref] = self.book[ref].version
        self.touched = ()

    @precondition(lambda self: getattr(self, "last", None) is not None)
    @rule()
    def send_again(self) -> None:
        """The last successful form is sent a second time: the same answer, and nothing more."""
        assert self.last is not None
        name, call, answer = self.last
        before = self._counts()
        savepoint = self.session.begin_nested()
        try:
            again = commands.act(self.session, self.city.people[name], NOW, **call)
        except TrackerError as error:
            savepoint.rollback()
            self.session.expire_all()
            raise AssertionError(f"a form sent twice was refused: {error}") from error
        savepoint.commit()
        assert again == answer
        assert self._counts() == before, "a form sent twice was done twice"

    def _data(self, form: dict[str, Any]) -> dict[str, Any]:
        """The form by names of units, as the book wants it."""
        given = {**form.get("content", {}), **{name: form[name] for name in ("reason", "leads") if name in form}}
        return {**given, "supports": SUPPORTS} if "leads" in given else given

    def _act(self, name: str, ref: str, trigger: str, given: dict[str, Any], version: int) -> None:
        self.touched = (ref,)
        task, person = self.book[ref], PEOPLE[name]
        expected = task.foretell(person, trigger, given, version)
        data = {**given, **{k: self.city.unit_ids(*given[k]) for k in ("leads", "supports") if k in given}}
        slug = self.city.plan.slug
        call = {"slug": slug, "ref": ref, "trigger": trigger, "version": version, "data": data, "key": uuid.uuid4().hex}
        before = self._counts()
        savepoint = self.session.begin_nested()
        try:
            answer = commands.act(self.session, self.city.people[name], NOW, **call)
        except TrackerError as error:
            savepoint.rollback()
            self.session.expire_all()
            outcome = type(error).__name__
            assert self._counts() == before, f"{trigger} failed and left something behind"
        else:
            savepoint.commit()
            outcome = answer["state"]
        assert outcome == expected, f"{name} fires {trigger} on {task}: {outcome}, the book says {expected}"
        if outcome.islower():
            task.note(person, trigger, given, outcome)
            self.last = (name, call, answer)
            assert answer == {"ref": ref, "state": outcome, "version": task.version}

    def _counts(self) -> tuple[int, ...]:
        tables = (HistoryEntry, AuditEntry, OutboxMessage)
        counts = (select(func.count()).select_from(table).scalar_subquery() for table in tables)
        return tuple(self.session.execute(select(*counts)).one())

    # What always holds

    @invariant()
    def every_row_that_was_touched_is_as_the_book_has_it(self) -> None:
        """State, version, stored state, units and acknowledgements of each task; one row of history a version."""
        for ref in self.touched:
            task = self.book[ref]
            row = self.city.row(self.session, ref)
            assert (row.state, row.version, row.suspended_from) == (task.state, task.version, task.stored)
            assert [unit.name for unit in row.leads] == task.leads
            assert [unit.name for unit in row.supports] == task.supports
            kept = select(Acknowledgement.unit_id).where(Acknowledgement.assignment_set_id == row.assignment_set_id)
            assert set(self.session.scalars(kept)) == set(self.city.unit_ids(*task.acknowledged))
            versions = select(HistoryEntry.version).where(HistoryEntry.task_id == row.task_id)
            assert list(self.session.scalars(versions.order_by(HistoryEntry.version))) == [*range(1, task.version + 1)]
