"""What tests of a revision share: a city with four tasks, a new document of them, and what it changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from tests.factories import NOW, City, make_city, task_entry
from tests.intake.drafting import draft_of
from tracker.intake.applying import Applied, apply_revision
from tracker.intake.revision import difference

TEXTS = {
    "1": "新建社区养老服务站二十个，覆盖全部街道。",
    "2": "开展老年助餐服务，每年服务老年人一万人次。",
    "3": "推进医养结合，二级以上医院普遍设立老年医学科。",
    "4": "组织开展养老护理员职业技能培训。",
}
NEW = "成立规划实施专班，按季度调度进展。"


def entries(**changes: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The four tasks of the city's plan, some of them changed: ``t2={"leads": […]}``."""
    units = {"1": ["市民政局", "市教育局"], "2": ["市残联"], "3": ["市民政局"], "4": []}
    supports = {"1": ["市财政局", "各县（市、区）政府"], "2": [], "3": ["市财政局"], "4": []}
    return [
        {**task_entry(ref, units[ref], supports[ref], text=text, section="保障" if ref < "3" else "服务"),
         **changes.get(f"t{ref}", {})}
        for ref, text in TEXTS.items()
    ]  # fmt: skip


def city_of(session: Session, *, live: bool = True) -> City:
    """The city with these four tasks."""
    city = make_city(session, entries())
    if live:
        city.go_live(session)
    return city


def apply(session: Session, city: City, tasks: list[dict[str, Any]], who: str = "supervisor", **more: Any) -> Applied:
    """Apply a new document of the city's plan."""
    return apply_revision(
        session, city.people[who], NOW, slug="shaoguan", draft=draft_of(*tasks), document_name="中期调整.docx",
        sha256="0" * 64, **more,
    )  # fmt: skip


def keys(session: Session, city: City, tasks: list[dict[str, Any]]) -> list[str]:
    """The keys of the difference."""
    return [change.key for change in difference(session, city.plan, draft_of(*tasks)).changes]
