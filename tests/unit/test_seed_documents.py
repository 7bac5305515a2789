"""seed_tasks/ says what the five documents say, word for word.

The documents are read by tests/plans/reader.py, which shares nothing with the product.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from marshmallow import ValidationError

from tests.plans.reader import FOLDER, Document, figures, read, squeeze
from tracker.directory.schemas import UNIT_KINDS, UnitsFileSchema, problems
from tracker.plans.schemas import EVALUATION_KINDS, FORMS, PlanDocumentSchema

SEEDS = Path(__file__).resolve().parents[2] / "seed_tasks"
SLUGS = ("shaoguan", "tongxin", "jiangmen", "yulin", "baise")
TASKS = {"shaoguan": 41, "tongxin": 25, "jiangmen": 45, "yulin": 30, "baise": 30}
LEADS = {"shaoguan": 47, "tongxin": 0, "jiangmen": 48, "yulin": 49, "baise": 0}
SUPPORTS = {"shaoguan": 102, "tongxin": 0, "jiangmen": 199, "yulin": 129, "baise": 0}
INDICATORS = {"shaoguan": 11, "tongxin": 11, "jiangmen": 11, "yulin": 0, "baise": 11}
PROJECTS = {"shaoguan": 0, "tongxin": 31, "jiangmen": 61, "yulin": 0, "baise": 0}
EVALUATIONS = {
    "shaoguan": {"monitoring"},
    "tongxin": {"monitoring", "mid_term", "end_of_term", "third_party", "survey", "disclosure"},
    "jiangmen": {"mid_term", "end_of_term", "disclosure"},
    "yulin": {"end_of_term", "commendation"},
    "baise": {"annual", "mid_term", "end_of_term", "third_party", "survey", "commendation"},
}
KINDS = {"约束性": "binding", "预期性": "anticipatory"}


def load(schema: type[PlanDocumentSchema] | type[UnitsFileSchema], path: Path) -> dict[str, Any]:
    """A YAML file through its schema; a test fails with the sentences a person would read."""
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        return schema().load(raw)
    except ValidationError as error:
        pytest.fail("\n".join(f"{path.name}: {where}: {sentence}" for where, sentence in problems(error, raw)))


def plan(slug: str, folder: Path = SEEDS) -> dict[str, Any]:
    return load(PlanDocumentSchema, folder / f"{slug}.yaml")


def units(slug: str) -> dict[str, Any]:
    return load(UnitsFileSchema, SEEDS / f"units-{slug}.yaml")


def differences(seed: dict[str, Any], document: Document) -> list[str]:
    """Every place where a seed file says something else than its document."""
    found = []

    def same(place: str, ours: Any, printed: Any) -> None:
        if ours != printed:
            found.append(f"{place}: {ours!r} is not {printed!r}")

    same("tasks", [task["ref"] for task in seed["tasks"]], [task.ref for task in document.tasks])
    for task, printed in zip(seed["tasks"], document.tasks, strict=False):
        place = f"task {printed.ref}"
        same(f"{place} number", task["number"], printed.number)
        same(f"{place} section", task["section"], printed.section)
        same(f"{place} text", task["text"], printed.text)
        same(f"{place} line", task["source_line"], printed.line)
        same(f"{place} leads", tuple(task["leads"]), printed.leads)
        same(f"{place} supports", tuple(task["supports"]), printed.supports)
        same(f"{place} others", tuple(task["others"]), printed.others)
        stated = [(target["comparator"], target["value"], target["unit"]) for target in task["targets"]]
        same(f"{place} targets", stated, figures(printed.text))
    rows = [
        (row.name, row.unit, row.baseline or None, *comparison(row.target, row.unit), KINDS[row.kind])
        for row in document.rows
    ]
    keys = ("name", "unit", "baseline", "comparator", "target", "kind")
    same("indicators", [tuple(indicator[key] for key in keys) for indicator in seed["indicators"]], rows)
    projects = [(project["box"], project["number"], squeeze(project["text"])) for project in seed["projects"]]
    same("projects", projects, [(box, number, squeeze(text)) for box, number, text in document.projects])
    for evaluation in seed["evaluations"]:
        same(f"quotation of {evaluation['kind']}", document.says(evaluation["quote"]), True)
    return found


def comparison(printed: str, unit: str | None) -> tuple[str | None, str | None]:
    """Comparator and target of a printed cell; a bare number is to be reached, all of a hundred exactly."""
    if not printed:
        return None, None
    if printed.startswith(">"):
        return ">", printed[1:]
    if "同步" in printed:
        return "in_step_with", printed
    return ("=" if (printed, unit) == ("100", "%") else ">="), printed


@pytest.mark.parametrize("slug", SLUGS)
def test_a_seed_file_says_what_its_document_says(slug: str) -> None:
    assert differences(plan(slug), read(slug)) == []


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_of_a_document_is_missing(slug: str) -> None:
    seed = plan(slug)
    assert seed["slug"] == slug
    assert len(seed["tasks"]) == TASKS[slug]
    assert sum(len(task["leads"]) for task in seed["tasks"]) == LEADS[slug]
    assert sum(len(task["supports"]) for task in seed["tasks"]) == SUPPORTS[slug]
    assert len(seed["indicators"]) == INDICATORS[slug]
    assert len(seed["projects"]) == PROJECTS[slug]
    assert {evaluation["kind"] for evaluation in seed["evaluations"]} == EVALUATIONS[slug]


def test_the_totals_of_the_five_plans() -> None:
    seeds = [plan(slug) for slug in SLUGS]
    tasks = [task for seed in seeds for task in seed["tasks"]]
    assert [len(seed["tasks"]) for seed in seeds] == [41, 25, 45, 30, 30]
    assert len(tasks) == 171
    assert sum(len(task["leads"]) for task in tasks) == 144
    assert sum(len(task["supports"]) for task in tasks) == 430
    assert sum(len(seed["indicators"]) for seed in seeds) == 44
    assert sum("市残联" in task["leads"] for task in tasks) == 61


def test_the_one_deadline_within_the_term_is_the_one_that_jiangmen_prints() -> None:
    dated = [
        (slug, task["ref"], task["deadline"].isoformat())
        for slug in SLUGS
        for task in plan(slug)["tasks"]
        if task["deadline"] is not None
    ]
    assert dated == [("jiangmen", "16", "2023-12-31")]
    assert any("到2023年，县（市、区）至少建立一个" in task.text for task in read("jiangmen").tasks)


@pytest.mark.parametrize(
    ("slug", "printed"),
    [
        (
            "shaoguan",
            ("韶关市“十四五”残疾人保障和发展规划", "韶府办〔2022〕13号", "韶关市人民政府办公室", "2022-04-10"),
        ),
        ("tongxin", ("同心县“十四五”残疾人保障和发展规划（征求意见稿）", None, None, None)),
        ("jiangmen", ("江门市“十四五”残疾人保障和发展规划", None, None, None)),
        ("yulin", ("玉林市残疾人保障和发展“十四五”规划", None, "玉林市人民政府", "2022-11-21")),
        ("baise", ("百色市残疾人保障和发展“十四五”规划", "百政发〔2022〕27号", "百色市人民政府", "2022-07-13")),
    ],
)
def test_the_head_of_a_plan(slug: str, printed: tuple[str | None, ...]) -> None:
    seed, document = plan(slug), read(slug)
    day = seed["issued_on"]
    assert (seed["title"], seed["document_number"], seed["issuer"], day.isoformat() if day else None) == printed
    assert seed["period"] == [2021, 2025]
    assert document.says(seed["title"].removesuffix("（征求意见稿）"))
    assert all(document.says(words) for words in (seed["document_number"], seed["issuer"]) if words)
    assert day is None or document.says(f"{day.year}年{day.month}月{day.day}日")


@pytest.mark.parametrize("slug", SLUGS)
def test_every_printed_name_leads_to_exactly_one_unit_of_its_region(slug: str) -> None:
    region = units(slug)
    owners: dict[str, list[str]] = {}
    for unit in region["units"]:
        for name in (unit["name"], *unit["aliases"]):
            owners.setdefault(name, []).append(unit["name"])
    seed = plan(slug)
    printed = {name for task in read(slug).tasks for name in (*task.leads, *task.supports)}
    assert {name: owners.get(name) for name in printed if len(owners.get(name, [])) != 1} == {}
    assert {name for unit in seed["units"] for name in (unit["name"], *unit["aliases"])} == printed
    assert all(owners[alias] == owners[unit["name"]] for unit in seed["units"] for alias in unit["aliases"])
    assert seed["region"] == region["region"]["name"]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_supervising_unit_is_hosted_by_the_disabled_persons_federation(slug: str) -> None:
    region = units(slug)
    office = next(unit for unit in region["units"] if unit["name"] == plan(slug)["supervising_unit"])
    assert office["kind"] == "office"
    assert office["host"] == ("县残联" if slug == "tongxin" else "市残联")
    assert "残工委办" in office["aliases"]


def test_two_spellings_of_one_body_are_one_unit() -> None:
    spellings = {"市卫生健康局", "市卫健局"}
    holders = [unit for unit in units("shaoguan")["units"] if spellings & {unit["name"], *unit["aliases"]}]
    assert len(holders) == 1
    assert spellings <= {holders[0]["name"], *holders[0]["aliases"]}


def test_the_collective_unit_of_jiangmen_stands_for_its_seven_counties() -> None:
    region = {unit["name"]: unit for unit in units("jiangmen")["units"]}
    members = region["各县（市、区）政府"]["members"]
    counties = ["蓬江区", "江海区", "新会区", "台山市", "开平市", "鹤山市", "恩平市"]
    assert members == [f"{county}政府" for county in counties]
    assert {region[member]["kind"] for member in members} == {"county"}


def swap(tasks: list[dict[str, Any]]) -> None:
    tasks[9]["leads"].reverse()


def rename(tasks: list[dict[str, Any]]) -> None:
    tasks[0]["supports"][1] = "市教育局"


def mistype(tasks: list[dict[str, Any]]) -> None:
    tasks[4]["text"] = tasks[4]["text"].replace("85", "80")


def drop(tasks: list[dict[str, Any]]) -> None:
    del tasks[40]


@pytest.mark.parametrize(
    ("defect", "place"),
    [(swap, "task 10 leads"), (rename, "task 1 supports"), (mistype, "task 5 text"), (drop, "tasks")],
)
def test_a_planted_defect_is_found(defect: Callable[[list[dict[str, Any]]], None], place: str, tmp_path: Path) -> None:
    copy = yaml.safe_load((SEEDS / "shaoguan.yaml").read_text(encoding="utf-8"))
    defect(copy["tasks"])
    (tmp_path / "shaoguan.yaml").write_text(yaml.safe_dump(copy, allow_unicode=True), encoding="utf-8")
    found = differences(plan("shaoguan", tmp_path), read("shaoguan"))
    assert [line.split(":")[0] for line in found] == [place]


def test_the_reader_of_the_tests_shares_nothing_with_the_product() -> None:
    source = (FOLDER / "reader.py").read_text(encoding="utf-8")
    assert "import tracker" not in source
    assert "from tracker" not in source


def test_the_page_about_the_files_names_every_kind_and_form() -> None:
    page = (SEEDS / "README.md").read_text(encoding="utf-8")
    assert [word for word in (*UNIT_KINDS, *EVALUATION_KINDS, *FORMS) if f"`{word}`" not in page] == []
