"""Names meet the directory: what leads to a unit by itself, what is only offered, what a name says a unit is."""

from __future__ import annotations

import pytest
import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, load_seed, make_region, make_unit
from tracker.access import SYSTEM
from tracker.audit.models import AuditEntry
from tracker.directory.commands import add_alias, teach_aliases
from tracker.directory.schemas import UNIT_KINDS
from tracker.errors import InvalidInput
from tracker.intake.kinds import kind_of
from tracker.intake.matching import match_units, unknown_of
from tracker.plans.files import SEED_TASKS, SLUGS


@pytest.mark.parametrize(
    ("printed", "how"),
    [
        ("市教育局", "exact"),
        ("市教委", "alias"),
        ("韶关市教育局", "prefix"),
        ("韶关教育局", "prefix"),
        ("教育局", "prefix"),
        ("广东省韶关市教育局", "prefix"),
        ("韶关 市教育局", "prefix"),
        ("市场监管局", "prefix"),
        ("各县(市、区)政府", "prefix"),
        ("县教育局", "unknown"),
        ("省教育厅", "unknown"),
        ("浈江区教育局", "unknown"),
        ("江门市教育局", "unknown"),
        ("市教育局（市委教育工委）", "unknown"),
    ],
)
def test_a_name_leads_to_a_unit_by_rule_and_by_no_likeness(session: Session, printed: str, how: str) -> None:
    region = make_region(session)
    for name in ("市市场监管局", "各县（市、区）政府"):
        make_unit(session, region, name)
    add_alias(session, region.id, make_unit(session, region, "市教育局"), "市教委")
    match = match_units(session, region, [printed])[printed]
    assert match.how == how
    assert match.known is (how != "unknown")


def test_a_name_that_leads_to_two_units_is_asked(session: Session) -> None:
    region = make_region(session)
    for name in ("韶关市移动", "韶关移动"):
        make_unit(session, region, name)
    match = match_units(session, region, ["移动"])["移动"]
    assert match.how == "unknown"


@pytest.mark.parametrize(
    ("printed", "unit", "at_least"),
    [("市政数局", "市政务服务数据管理局", 85), ("市人社局", "市人力资源社会保障局", 85), ("市水务局", "市水利局", 60)],
)
def test_an_unknown_name_is_offered_the_unit_most_like_it(
    session: Session, printed: str, unit: str, at_least: int
) -> None:
    region = make_region(session)
    for name in ("市民政局", "市财政局", "市政务服务数据管理局", "市人力资源社会保障局", "市水利局"):
        make_unit(session, region, name)
    nearest = match_units(session, region, [printed])[printed].nearest
    assert nearest[0].unit == unit
    assert at_least <= nearest[0].score < 100
    assert [entry.score for entry in nearest] == sorted((entry.score for entry in nearest), reverse=True)


def test_spellings_that_the_plan_explains_lead_where_the_known_one_does(session: Session) -> None:
    region = make_region(session)
    for name in ("市残联", "市妇联"):
        make_unit(session, region, name)
    group = ["市残疾人联合会", "市残联"]
    match = match_units(session, region, ["市残疾人联合会"], together=[group])["市残疾人联合会"]
    assert (match.how, match.unit) == ("document", "市残联")
    torn = match_units(session, region, ["联合会"], together=[["联合会", "市残联", "市妇联"]])["联合会"]
    assert not torn.known


def test_a_new_region_knows_no_unit(session: Session) -> None:
    assert [match.name for match in unknown_of(match_units(session, None, ["市残联", "市妇联"]))] == [
        "市残联",
        "市妇联",
    ]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_name_of_the_five_plans_is_met(session: Session, slug: str) -> None:
    plan = load_seed(session, slug)
    document = yaml.safe_load((SEED_TASKS / f"{slug}.yaml").read_text(encoding="utf-8"))
    names = {name for task in document["tasks"] for name in (*task["leads"], *task["supports"])}
    assert unknown_of(match_units(session, plan.region, names)) == []


def test_an_accepted_match_teaches_an_alias_once_and_is_audited(session: Session) -> None:
    region = make_region(session)
    unit, other = make_unit(session, region, "市残联"), make_unit(session, region, "市妇联")
    for _ in range(2):
        teach_aliases(session, SYSTEM, NOW, region, {"残疾人联合会": unit.id})
    entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "directory.teach_aliases")).all()
    assert len(entries) == 1
    assert "残疾人联合会" in entries[0].data
    assert match_units(session, region, ["残疾人联合会"])["残疾人联合会"].how == "alias"
    with pytest.raises(InvalidInput, match="another unit"):
        teach_aliases(session, SYSTEM, NOW, region, {"残疾人联合会": other.id})


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("各县（市、区）政府", "collective"),
        ("市各有关部门", "collective"),
        ("县(市、区)人民政府", "collective"),
        ("市直有关单位", "collective"),
        ("浈江区政府", "county"),
        ("高新区管委会", "county"),
        ("市委编办", "party_department"),
        ("市委组织部", "party_department"),
        ("市纪委监委", "party_department"),
        ("市国资委", "government_department"),
        ("市发展和改革委员会", "government_department"),
        ("市中级人民法院", "court_or_procuratorate"),
        ("市人武部", "military"),
        ("市政协社法委", "congress_or_conference"),
        ("市气象局", "central_agency"),
        ("人民银行玉林市中心支行", "central_agency"),
        ("农业银行玉林分行", "enterprise"),
        ("国网供电公司", "enterprise"),
        ("市红十字会", "mass_organization"),
        ("团市委", "mass_organization"),
        ("市疾控中心", "institution"),
        ("市安委办", "office"),
        ("残工委办公室", "office"),
    ],
)
def test_a_name_says_what_kind_of_unit_it_is(name: str, kind: str) -> None:
    assert kind in UNIT_KINDS
    assert kind_of(name) == (kind, True)


def test_a_kind_that_the_name_does_not_say_is_called_a_guess() -> None:
    assert kind_of("海事部门") == ("government_department", False)


@pytest.mark.parametrize("slug", SLUGS)
def test_the_kinds_of_the_units_in_seed_tasks_follow_from_their_names(slug: str) -> None:
    units = yaml.safe_load((SEED_TASKS / f"units-{slug}.yaml").read_text(encoding="utf-8"))["units"]
    wrong = [unit["name"] for unit in units if kind_of(unit["name"]) != (unit["kind"], True)]
    assert wrong == []
