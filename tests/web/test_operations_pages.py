"""How the installation stands: the administrator's page, the numbers for monitoring, /readyz."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from tests.factories import NOW, City, make_city
from tests.fixtures.databases import application
from tests.services.reminding import at
from tests.web.browsing import CHINESE, ENGLISH, browser_of, set_day, writing
from tracker.access import SYSTEM
from tracker.clock import real_now
from tracker.config import Settings
from tracker.directory.models import User
from tracker.evaluations.commands import make_rounds
from tracker.reminders.ledger import beat, queue_reminders
from tracker.scheduler.leading import Leader

TOKEN = "a token for monitoring"


@pytest.fixture
def city(app: Flask) -> City:
    """A living city."""
    with writing(app) as session:
        made = make_city(session)
        make_rounds(session, SYSTEM, NOW, made.plan)
        made.go_live(session)
        return made


@pytest.fixture
def with_token(settings: Settings) -> Iterator[Flask]:
    """The same installation with a token for monitoring."""
    with application(replace(settings, metrics_token=TOKEN)) as made:
        yield made


def numbers(app: Flask) -> dict[str, float]:
    """What Prometheus reads: ``name`` or ``name:label`` -> value."""
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=")
    return {
        ":".join((sample.name, *sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
def test_the_administrator_sees_what_is_so_and_what_to_do(app: Flask, city: City, language: str) -> None:
    browser = browser_of(app, city.people["administrator"], language)
    page = browser.get("/admin/status").text
    dead = {CHINESE: "请启动“flask --app wsgi scheduler”", ENGLISH: "Start “flask --app wsgi scheduler”"}
    assert dead[language] in page
    assert "武江区政府" in page
    assert "/admin/status" in browser.get("/account").text
    with writing(app) as session:
        beat(session, real_now())
    assert dead[language] not in browser.get("/admin/status").text


def test_nobody_else_sees_it(app: Flask, city: City) -> None:
    for person in ("supervisor", "handler", "observer", "another_region"):
        browser = browser_of(app, city.people[person])
        assert browser.get("/admin/status").status_code == 403
        assert "/admin/status" not in browser.get("/account").text


@pytest.mark.both_databases
def test_the_numbers(app: Flask, city: City) -> None:
    late = at("2023-07-05")
    set_day(app, late)
    with writing(app) as session:
        queue_reminders(session, at("2023-07-03"), city.plan)
        beat(session, real_now() - timedelta(seconds=50), seconds=1.5, failures=[{"step": "mails", "plan": None}])
    assert Leader(app).keep()
    found = numbers(app)
    assert found["tracker_plans_live"] == 1
    assert found["tracker_tasks:assigned"] == 3
    assert found["tracker_tasks:pending_dispatch"] == 1
    assert 50 <= found["tracker_tick_age_seconds"] < 60
    assert found["tracker_tick_duration_seconds"] == 1.5
    assert found["tracker_tick_failures"] == 1
    assert found["tracker_scheduler_lease_held"] == 1
    assert 0 <= found["tracker_scheduler_lease_age_seconds"] < 30
    assert found["tracker_reminders:waiting"] == found["tracker_reminders_late"] > 0
    assert found["tracker_outbox_mails:pending"] > 0
    assert found["tracker_deliveries:sent"] == found["tracker_deliveries:retry"] == 0
    days = (late - NOW).total_seconds()
    assert days - 5 <= found["tracker_outbox_oldest_due_seconds"] <= days + 60


def test_who_chose_weekly_mails_is_not_late(app: Flask, city: City) -> None:
    set_day(app, at("2023-07-05"))
    with writing(app) as session:
        queue_reminders(session, at("2023-07-03"), city.plan)
    assert numbers(app)["tracker_reminders_late"] > 0
    with writing(app) as session:
        session.execute(update(User).values(weekly=True))
    assert numbers(app)["tracker_reminders_late"] == 0


def test_no_number_is_about_one_person(app: Flask, city: City) -> None:
    text = app.test_client().get("/metrics").text
    assert not any(actor.name in text for actor in city.people.values() if actor.user_id is not None)
    assert "user:" not in text
    assert "@" not in text


def test_the_numbers_are_for_the_own_network_or_for_who_has_the_token(app: Flask, with_token: Flask) -> None:
    def asked(of: Flask, address: str = "127.0.0.1", **headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return of.test_client().get("/metrics", environ_base={"REMOTE_ADDR": address}, headers=named).status_code

    assert asked(app) == asked(app, "10.1.2.3") == 200
    assert asked(app, "8.8.8.8") == asked(app, "2001:4860:4860::8888") == 403
    assert asked(app, X_Forwarded_For="8.8.8.8") == 403, "a proxy that nobody told us of stands in between"
    assert asked(with_token) == asked(with_token, Authorization="Bearer wrong") == 403
    assert asked(with_token, "8.8.8.8", Authorization=f"Bearer {TOKEN}") == 200


def test_readyz_tells_of_the_scheduler(app: Flask) -> None:
    def ready() -> dict[str, object]:
        answer = app.test_client().get("/readyz")
        assert answer.status_code == 200
        return dict(json.loads(answer.text))

    assert ready() == {"status": "ok", "scheduler": "late", "last_tick_seconds": None, "lease": "free"}
    with writing(app) as session:
        beat(session, real_now() - timedelta(minutes=6))
    late = ready()
    assert late["scheduler"] == "late"
    assert 360 <= int(str(late["last_tick_seconds"])) < 370
    leader = Leader(app)
    leader.keep()
    with writing(app) as session:
        beat(session, real_now())
    assert ready()["scheduler"] == "ok"
    assert ready()["lease"] == "held"
    leader.leave()
    assert ready()["lease"] == "free"
