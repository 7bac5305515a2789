"""The walk over HTTP: every route, as every person, on a task of every state; what was refused left nothing behind."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.fixtures.databases import copy_sqlite
from tests.trust.walk.forms import form_for, things_of
from tests.trust.walk.people import ELSEWHERE, OUTSIDE, PERSONS, RELATION
from tests.trust.walk.tables import NO_STATE, ORDINARY, Actions, Route, states_of, trigger_answers
from tests.trust.walk.world import MAIN, lay_evidence, stage_of, token_of
from tests.web.browsing import form_of, writing
from tracker.workflows.definitions import DEFINITIONS, WRITING_TRIGGERS
from tracker.workflows.views import needs_form

VISITORS = tuple(person for person in PERSONS if person != "system")
IN, REFUSED, ABSENT, ASKED_TO_SIGN_IN, NO_STEP = "in", "403", "404", "sign-in", "409"
FORM_FAULTS = ("400", "409", "413", "422", "429")
FIRST_STATE = "pending_dispatch"
"""Of the task that an address without one is about."""
END_OF_SESSION = ("directory.sign_out", "directory.change_password")


@dataclass(frozen=True)
class Visit:
    """One request; ``expected`` is what may come of it."""

    route: Route
    plan: str
    state: str
    step: str
    person: str
    expected: frozenset[str]

    @property
    def may_write(self) -> bool:
        """Whether something may be left behind: by who is let in; a report that comes too late is kept as a draft."""
        if self.route.method == "GET":
            return "noted" in self.route.options
        return IN in self.expected or (NO_STEP in self.expected and self.step in WRITING_TRIGGERS)

    def __str__(self) -> str:
        where = f"{self.plan}, {self.state}{f', {self.step}' if self.step else ''}"
        return f"{self.person}: {self.route.method} {self.route.endpoint} ({where})"


def visits(app: Flask, routes: Sequence[Route], table: Actions) -> list[Visit]:
    """Every cell there is over HTTP."""
    arguments: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        arguments.setdefault(rule.endpoint, set()).update(rule.arguments)
    found = []
    for route in routes:
        for plan, state, step in _places(route, arguments[route.endpoint]):
            found += [
                Visit(route, plan, state, step, person, expected(route, table, plan, state, step, person))
                for person in VISITORS
            ]
    return found


def _places(route: Route, arguments: set[str]) -> Iterator[tuple[str, str, str]]:
    """(definition, state, step of the address) of a route."""
    if "ref" not in arguments:
        yield MAIN, NO_STATE, ""
        return
    letters = route.option("on", NO_STATE)
    for name, definition in DEFINITIONS.items():
        if letters != NO_STATE and name != MAIN:
            continue
        for state in definition.states if letters == NO_STATE else states_of("task", letters):
            for step in _steps(route, name):
                yield name, state, step


def _steps(route: Route, name: str) -> list[str]:
    """What an address with a step may name; one without names nothing."""
    if not route.rule.endswith(".*"):
        return [""]
    if route.rule != "task.*":
        return route.option("steps", "").split(",")
    triggers = DEFINITIONS[name].triggers
    if "forms" in route.options:
        return [trigger for trigger in triggers if needs_form(name, trigger)]
    return [trigger for trigger in triggers if "writing" not in route.options or trigger in WRITING_TRIGGERS]


def expected(route: Route, table: Actions, plan: str, state: str, step: str, person: str) -> frozenset[str]:
    """What the tables let come of a request."""
    let_in = {IN, *(FORM_FAULTS if "typed" in route.options else ()), *({"503"} if "unready" in route.options else ())}
    if route.rule == "open":
        return frozenset(let_in | {ABSENT} if "typed" in route.options else let_in)
    if route.rule == "demo":
        return frozenset({ABSENT})
    if person == "nobody":
        return frozenset({ASKED_TO_SIGN_IN})
    if route.rule == "signed-in":
        return frozenset(let_in)
    if route.rule == "only":
        return frozenset(let_in if person in route.people else {ABSENT})
    if route.rule == "these":
        absent = person in OUTSIDE and "somewhere" not in route.options
        return frozenset(let_in if person in route.people else {ABSENT if absent else REFUSED})
    action = route.rule.replace("*", step)
    outside = {ABSENT, REFUSED} if "either" in route.options and person in OUTSIDE else set()
    if "somewhere" in route.options:
        answer = _answer(table, route, action, plan, state, ELSEWHERE.get(person, person))
        return frozenset(let_in if answer == "y" else {REFUSED} | outside)
    answer = _answer(table, route, action, plan, state, person)
    if answer == "x":
        return frozenset(let_in if "typed" in route.options else {NO_STEP})
    return frozenset({"-": {REFUSED}, "?": {ABSENT} | outside}.get(answer, let_in))


def _answer(table: Actions, route: Route, action: str, plan: str, state: str, person: str) -> str:
    """``y``, ``-``, ``?``; ``x`` where the person may, but there is no such step."""
    subject = table.subjects.get(action)
    if subject is None:
        trigger = action.removeprefix("task.")
        answer = trigger_answers(plan)[trigger, state if state != NO_STATE else FIRST_STATE, RELATION[person]]
        return answer if answer in "-?x" else "y"
    at = state if subject == "task" else NO_STATE
    return table.answer(route.option("as", ORDINARY), action, at, person)


def digest(path: Path) -> str:
    """Of all rows of all tables; when a browser was last seen counts for nothing."""
    found = hashlib.sha256()
    with closing(sqlite3.connect(path)) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        for (table,) in tables:
            columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")') if row[1] != "last_seen_at"]
            names = ", ".join(f'"{column}"' for column in columns)
            found.update(repr((table, database.execute(f'SELECT {names} FROM "{table}"').fetchall())).encode())
    return found.hexdigest()


class Walker:
    """Visits an application over an SQLite database that ``world.fill`` filled, and puts it back each time."""

    def __init__(self, app: Flask, database: Path) -> None:
        self.app, self.live, self.saved = app, database, database.with_suffix(".saved")
        with writing(app) as session:
            self.stage = stage_of(session)
            self.things = things_of(session, self.stage)
        lay_evidence(app.config["SETTINGS"].evidence_folder)
        copy_sqlite(self.live, self.saved)
        self.clean = digest(self.live)
        self._browsers: dict[str, tuple[FlaskClient, str]] = {}

    def visit(self, visit: Visit) -> list[str]:
        """The faults of one visit: another answer than the tables', or something left behind."""
        client, token = self._browser(visit.person)
        answer = self._send(client, token, visit)
        told = outcome(answer)
        faults = [] if told in visit.expected else [f"{visit}: {told}, not {' or '.join(sorted(visit.expected))}"]
        if digest(self.live) != self.clean:
            if not visit.may_write:
                faults.append(f"{visit}: {told}, and something is left behind")
            copy_sqlite(self.saved, self.live)
        if visit.route.endpoint in END_OF_SESSION:
            del self._browsers[visit.person]
        return faults

    def _browser(self, person: str) -> tuple[FlaskClient, str]:
        if person not in self._browsers:
            client, signed_in = self.app.test_client(), person != "nobody"
            if signed_in:
                with client.session_transaction() as cookie:
                    cookie["_user_id"] = token_of(person)
            form = form_of(client.get("/" if signed_in else "/sign-in"), "/sign-out" if signed_in else "/sign-in")
            self._browsers[person] = client, dict(form)["csrf_token"]
        return self._browsers[person]

    def _send(self, client: FlaskClient, token: str, visit: Visit) -> TestResponse:
        endpoint, state = visit.route.endpoint, visit.state
        row = self.stage.rows[visit.plan][state if state != NO_STATE else FIRST_STATE]
        args = self.things.args_for(endpoint, visit.person)
        args |= {"slug": self.stage.plans[visit.plan].slug, "ref": row.ref, "trigger": visit.step, "step": visit.step}
        rule = next(
            rule for rule in self.app.url_map.iter_rules(endpoint) if visit.route.method in (rule.methods or ())
        )
        _, url = rule.build({name: args[name] for name in rule.arguments}) or ("", "")
        if visit.route.method == "GET":
            return client.get(url)
        form = {"csrf_token": token, **form_for(endpoint, visit.step, row, self.things)}
        return client.post(url, data=form)


def outcome(answer: TestResponse) -> str:
    """What came of a request: ``in``, ``sign-in``, or the status in figures."""
    answer.get_data()  # what is streamed is read to its end
    answer.close()
    if answer.status_code == 401 or "/sign-in?next=" in answer.headers.get("Location", ""):
        return ASKED_TO_SIGN_IN
    return IN if answer.status_code < 400 else str(answer.status_code)


def chosen(every: Sequence[Visit], number: int, seed: int) -> list[Visit]:
    """``number`` visits: of each route one that is let in and one that is not, where there are, and any others."""
    shuffled = list(every)
    random.Random(seed).shuffle(shuffled)
    first: dict[tuple[str, str, bool], Visit] = {}
    for visit in shuffled:
        first.setdefault((visit.route.method, visit.route.endpoint, IN in visit.expected), visit)
    taken = set(first.values())
    rest = [visit for visit in shuffled if visit not in taken]
    return [*taken, *rest[: max(0, number - len(taken))]]
