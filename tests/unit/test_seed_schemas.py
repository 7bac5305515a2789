"""A bad plan file or units file is answered with its place and one sentence."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from marshmallow import Schema, ValidationError

from tracker.directory.schemas import UnitsFileSchema, problems
from tracker.i18n import CHINESE, translator
from tracker.plans.schemas import PlanDocumentSchema, PlanDraftSchema

SEEDS = Path(__file__).resolve().parents[2] / "seed_tasks"
Spoil = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="module")
def plan() -> dict[str, Any]:
    return dict(yaml.safe_load((SEEDS / "jiangmen.yaml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def region() -> dict[str, Any]:
    return dict(yaml.safe_load((SEEDS / "units-jiangmen.yaml").read_text(encoding="utf-8")))


def complaints(schema: Schema, document: dict[str, Any], spoil: Spoil) -> list[tuple[str, str]]:
    spoiled = copy.deepcopy(document)
    spoil(spoiled)
    with pytest.raises(ValidationError) as caught:
        schema.load(spoiled)
    return problems(caught.value, spoiled)


def unit(document: dict[str, Any], name: str) -> dict[str, Any]:
    return next(entry for entry in document["units"] if entry["name"] == name)


@pytest.mark.parametrize(
    ("spoil", "place", "sentence"),
    [
        (lambda d: d["tasks"][4].update(ref="4"), "tasks 4 ref", "Two tasks have this ref"),
        (lambda d: d["tasks"][4].update(ref="4/5"), "tasks 4/5 ref", "A ref is part of an address"),
        (lambda d: d["tasks"][4].update(number=5), "tasks 5 number", "Not a valid string"),
        (lambda d: d["tasks"][4].update(text=" "), "tasks 5 text", "This is empty"),
        (lambda d: d["tasks"][4].pop("text"), "tasks 5 text", "Missing data"),
        (lambda d: d["tasks"][4].update(owner="市残联"), "tasks 5 owner", "Unknown field"),
        (lambda d: d["tasks"][4]["supports"].append("市财政局"), "tasks 5 supports 4", "This stands twice"),
        (lambda d: d["tasks"][7]["leads"].append("市医保局"), "tasks 8 leads 3", "This stands twice"),
        (lambda d: d["tasks"][4].update(others=["市教育局"]), "tasks 5 others", "neither lead nor supporting"),
        (lambda d: d["tasks"][4]["supports"].append("市残联"), "tasks 5 supports", "A unit leads or supports"),
        (lambda d: d["tasks"][4].update(joint=True), "tasks 5 joint", "A joint task"),
        (lambda d: d["tasks"][4].update(joint="yes"), "tasks 5 joint", "Not a valid boolean"),
        (lambda d: d["tasks"][15].update(deadline="2023-13-31"), "tasks 16 deadline", "Not a date"),
        (lambda d: d["tasks"][15].update(deadline="2027-12-31"), "tasks 16 deadline", "The deadline lies outside"),
        (lambda d: d["tasks"][15]["targets"][0].update(comparator="≥"), "tasks 16 targets 1 comparator", "Not a comp"),
        (lambda d: d["tasks"][15]["targets"][0].update(value="1"), "tasks 16 targets 1 value", "Not a number"),
        (lambda d: d["tasks"][15].update(source_line=0), "tasks 16 source_line", "Lines are counted"),
        (lambda d: d.update(period=[2025, 2021]), "period", "The last year lies before"),
        (lambda d: d.update(period=[2021]), "period", "The period is two years"),
        (lambda d: d.update(form="table"), "form", "Not a form of division"),
        (lambda d: d.update(definition="fast"), "definition", "Write standard or"),
        (lambda d: d.update(colour="red"), "colour", "Unknown field"),
        (lambda d: d.pop("supervising_unit"), "supervising_unit", "Missing data"),
        (
            lambda d: d["indicators"][1].update(kind="约束性"),
            "indicators 城乡残疾人职业技能培训人数 kind",
            "Write binding",
        ),
        (
            lambda d: d["indicators"][1].update(target=None),
            "indicators 城乡残疾人职业技能培训人数 comparator",
            "A target",
        ),
        (lambda d: d["evaluations"][0].update(kind="weekly"), "evaluations 1 kind", "Not a kind of evaluation"),
        (lambda d: d["units"][0]["aliases"].append("市财政局"), "units 市财政局 name", "A name or alias of this unit"),
    ],
)
def test_a_bad_plan_file(plan: dict[str, Any], spoil: Spoil, place: str, sentence: str) -> None:
    [(where, said)] = complaints(PlanDocumentSchema(), plan, spoil)
    assert where == place
    assert said.startswith(sentence) or sentence in said


@pytest.mark.parametrize(
    ("spoil", "place", "sentence"),
    [
        (lambda d: unit(d, "市财政局")["aliases"].append("市残疾人联合会"), "units 市财政局 aliases 2", "This alias"),
        (lambda d: unit(d, "市财政局")["aliases"].append("市财政局"), "units 市财政局 aliases 2", "The alias repeats"),
        (lambda d: unit(d, "市财政局").update(slug="canlian"), "units 市财政局 slug", "Another unit"),
        (lambda d: unit(d, "市财政局").update(name="市残联"), "units 市残联 name", "This name already"),
        (lambda d: unit(d, "市财政局").update(kind="bank"), "units 市财政局 kind", "Not a kind of unit"),
        (lambda d: unit(d, "市财政局").update(mailbox="nobody"), "units 市财政局 mailbox", "Not a valid e-mail"),
        (lambda d: unit(d, "市财政局").update(members=["市残联"]), "units 市财政局 members", "Only a collective"),
        (lambda d: unit(d, "残工委办公室").update(host="省残联"), "units 残工委办公室 host", "The host is not"),
        (lambda d: unit(d, "残工委办公室").update(host="残工委办公室"), "units 残工委办公室 host", "The host is not"),
        (
            lambda d: unit(d, "各县（市、区）政府").update(members=[]),
            "units 各县（市、区）政府 members",
            "A collective",
        ),
        (
            lambda d: unit(d, "各县（市、区）政府")["members"].append("鼎湖区政府"),
            "units 各县（市、区）政府 members 8",
            "The member is not",
        ),
        (lambda d: d["region"].update(timezone="Asia/Guangdong"), "region timezone", "Not a known time zone"),
        (lambda d: d["region"].update(slug="江门"), "region slug", "Only small letters"),
    ],
)
def test_a_bad_units_file(region: dict[str, Any], spoil: Spoil, place: str, sentence: str) -> None:
    [(where, said)] = complaints(UnitsFileSchema(), region, spoil)
    assert where == place
    assert said.startswith(sentence)


def test_a_file_that_holds_something_else_altogether() -> None:
    with pytest.raises(ValidationError) as caught:
        PlanDocumentSchema().load([])
    assert problems(caught.value, []) == [("", "Invalid input type.")]


def test_a_draft_needs_no_slug_and_dates_may_come_as_dates(plan: dict[str, Any]) -> None:
    draft = {key: value for key, value in plan.items() if key not in ("slug", "supervising_unit", "definition")}
    draft["tasks"] = [{key: value for key, value in task.items() if key != "others"} for task in plan["tasks"]]
    loaded = PlanDraftSchema().load({**draft, "issued_on": "2022-01-31"})
    assert loaded["tasks"][15]["deadline"].isoformat() == "2023-12-31"
    assert loaded["tasks"][0]["others"] == []
    assert PlanDraftSchema().load({**draft, "issued_on": loaded["issued_on"]})["issued_on"] == loaded["issued_on"]


def test_every_sentence_is_said_in_chinese_too(plan: dict[str, Any]) -> None:
    [(_, sentence)] = complaints(PlanDocumentSchema(), plan, lambda d: d.update(period=[2025, 2021]))
    assert translator(CHINESE)(sentence) == "末年早于首年。"
