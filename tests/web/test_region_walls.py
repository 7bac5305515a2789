"""Signed in in 韶关, nothing of 江门 is anywhere: every address of the application is walked, for every role.

A new address that the walk has no arguments for fails the test, so that nobody adds one without asking whose it is.
"""

from __future__ import annotations

import html
import io
from collections.abc import Callable, Iterator
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.evidence_files import PDF
from tests.web.browsing import ENGLISH, LANGUAGES, browser_of, form_of, set_day, writing
from tests.web.two_regions import ELSEWHERE, HOME, NOW, ROLES, Place, fill, places_of, secrets_of
from tracker.access import Actor
from tracker.oversight import units as units_module
from tracker.reporting.evidence.store import put

TRIGGERS = ("report", "return", "decline", "reassign", "terminate", "dispatch", "reopen", "verify")
# Arguments that name nothing of a region: the same everywhere.
FREE = {
    "trigger": list(TRIGGERS),
    "step": ["approve", "refuse"],
    "number": ["1"],
    "token": ["no-such-token"],
    "filename": ["app.css"],
}
# What makes an address belong to a region; a ref alone does not.
OWNED = {
    "slug", "unit_id", "round_id", "message_id", "membership_id", "draft_id", "evidence_id", "comment_id", "request_id",
    "user_id", "absence_id",
}  # fmt: skip
# Addresses of things that do not exist.
NOTHING = {name: ["999999"] for name in (*OWNED, "ref")}
# Written for everybody, signed in or not; they hold nothing of any region.
NO_REGION = {"static", "operations.metrics", "web.healthz", "web.readyz"}


@pytest.fixture
def database_url(fresh_database: Callable[..., str]) -> str:
    """Both regions, made once a run."""
    return fresh_database("sqlite", fill)


@pytest.fixture
def places(app: Flask) -> dict[str, Place]:
    """Both regions, on 4 September 2023."""
    with writing(app) as session:
        found = places_of(session)
    put(app.config["SETTINGS"].evidence_folder, "x.pdf", io.BytesIO(PDF))
    set_day(app, NOW)
    return found


@pytest.fixture
def secrets(app: Flask, places: dict[str, Place]) -> list[str]:
    """What must stand nowhere."""
    with writing(app) as session:
        return secrets_of(session, places[ELSEWHERE].plan, places[HOME].plan)


def addresses(rule: Rule, args: dict[str, list[str]]) -> Iterator[str]:
    """The addresses of a rule with every combination of the first values of its arguments."""
    names = sorted(rule.arguments)
    for values in product(*(args[name] for name in names)):
        _, url = rule.build(dict(zip(names, values, strict=True))) or ("", "")
        yield url


def rules(app: Flask, method: str) -> list[Rule]:
    """The rules of the application that answer the method."""
    return [rule for rule in app.url_map.iter_rules() if rule.methods is not None and method in rule.methods]


def uncovered(app: Flask) -> list[str]:
    """Rules with an argument that the walk has no values for."""
    known = OWNED | FREE.keys() | {"ref"}
    return [f"{rule.endpoint} {rule.rule}" for rule in app.url_map.iter_rules() if not rule.arguments <= known]


def walk(app: Flask, client: FlaskClient, places: dict[str, Place], secrets: list[str]) -> list[str]:
    """Every GET address, own and foreign, and every list asked for foreign things; returns what leaked."""
    own, foreign = {**FREE, **places[HOME].args}, {**FREE, **places[ELSEWHERE].args}
    faults = []
    for rule in rules(app, "GET"):
        if rule.endpoint in NO_REGION:
            continue
        for url in list(addresses(rule, own))[:12]:
            answer = client.get(url, buffered=True)
            faults += [f"{url} shows {word}" for word in secrets if word in html.unescape(answer.text)]
            if answer.status_code >= 500:
                faults.append(f"{url} answers {answer.status_code}")
        if not rule.arguments:
            faults += _asked(client, rule.rule, places[ELSEWHERE], secrets)
        if rule.arguments & OWNED:
            for url in list(addresses(rule, foreign))[:12]:
                faults += _foreign(client, url, secrets)
    return faults


def _asked(client: FlaskClient, path: str, place: Place, secrets: list[str]) -> list[str]:
    """A list or a search asked for the other region; what was asked for may be repeated, nothing else told."""
    unit, round_ = place.args["unit_id"][0], place.args["round_id"][0]
    text = next(word for word in secrets if len(word) == 16)
    asked = {"region": ELSEWHERE, "plan": ELSEWHERE, "slug": ELSEWHERE, "unit": unit, "round": round_, "q": text}
    answer = client.get(path, query_string={**asked, "month": "2023-09", "state": "sent", "page": "1"})
    told = html.unescape(answer.text).replace(text, "").replace(ELSEWHERE, "")
    return [f"{path}?plan={ELSEWHERE} shows {word}" for word in secrets if word in told]


def _foreign(client: FlaskClient, url: str, secrets: list[str]) -> list[str]:
    """A foreign address does not exist; the error page says nothing but what was typed."""
    answer = client.get(url, buffered=True)
    told = html.unescape(answer.text).replace(url, "")
    faults = [f"{url} shows {word}" for word in secrets if word in told]
    if answer.status_code != 404:
        faults.append(f"{url} answers {answer.status_code}")
    return faults


@pytest.mark.parametrize("role", ROLES)
def test_nothing_of_another_region_is_anywhere(
    app: Flask, places: dict[str, Place], secrets: list[str], role: str
) -> None:
    assert len(secrets) > 60, "titles, texts, units and words of the other region"
    language = LANGUAGES[ROLES.index(role) % 2]
    client = browser_of(app, places[HOME].people[role], language)
    assert walk(app, client, places, secrets) == []


def test_the_walk_has_arguments_for_every_address(app: Flask) -> None:
    assert uncovered(app) == []


def test_an_address_that_nobody_asked_about_is_found(app: Flask) -> None:
    app.add_url_rule("/secrets/<int:secret_id>", "planted", lambda secret_id: "")
    assert uncovered(app) == ["planted /secrets/<int:secret_id>"]


@pytest.mark.parametrize("role", ROLES)
def test_no_form_of_another_region_is_taken(app: Flask, places: dict[str, Place], role: str) -> None:
    client = browser_of(app, places[HOME].people[role], ENGLISH)
    token = dict(form_of(client.get("/"), "/sign-out"))["csrf_token"]
    form = {"csrf_token": token, "version": "1", "seen": "0", "body": "x", "reason": "x"}
    taken = []
    for rule in rules(app, "POST"):
        if not rule.arguments & OWNED:
            continue
        missing = client.post(next(addresses(rule, {**FREE, **NOTHING})), data=form).status_code
        assert missing >= 400
        for url in list(addresses(rule, {**FREE, **places[ELSEWHERE].args}))[:12]:
            answer = client.post(url, data=form)
            if answer.status_code != missing:
                taken.append(f"{url} answers {answer.status_code}, one that does not exist {missing}")
    assert taken == []


def _sees_every_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Actor, "sees_region", lambda self, region_id: True)


def _works_in_every_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Actor, "region_ids", property(lambda self: frozenset(range(1, 10))))


def _lists_every_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    real = units_module.units_page
    everywhere = Actor(user_id=None, name="", administrator=True)
    monkeypatch.setattr(units_module, "units_page", lambda session, actor, now: real(session, everywhere, now))


@pytest.mark.parametrize(
    ("plant", "leak"),
    [
        (_sees_every_region, f"/plans/{ELSEWHERE} answers 200"),
        (_works_in_every_region, "/plans shows 江门"),
        (_lists_every_unit, "/units shows 江门"),
    ],
)
def test_a_wall_that_is_planted_open_is_found(
    app: Flask,
    places: dict[str, Place],
    secrets: list[str],
    monkeypatch: pytest.MonkeyPatch,
    plant: Callable[[pytest.MonkeyPatch], None],
    leak: str,
) -> None:
    client = browser_of(app, places[HOME].people["observer"])
    plant(monkeypatch)
    faults = walk(app, client, places, secrets)
    assert any(fault.startswith(leak) for fault in faults), faults[:20]
