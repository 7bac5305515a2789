"""The plan as published: what stands in the document and never moves by workflow."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...db import Base, UTCDateTime, one_of
from ...directory.models import Region, Unit
from ..schemas import COMPARATORS, DEFINITIONS, INDICATOR_KINDS


class Plan(Base):
    """A plan.  ``first_year``/``last_year`` bound its term; ``live_since`` is set by going live (交办启动)."""

    __tablename__ = "plans"
    __table_args__ = (
        CheckConstraint("first_year <= last_year", name="period"),
        CheckConstraint(one_of("definition", DEFINITIONS), name="definition"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    region_id: Mapped[int] = mapped_column(ForeignKey("regions.id", ondelete="RESTRICT"), index=True)
    supervising_unit_id: Mapped[int] = mapped_column(ForeignKey("units.id", ondelete="RESTRICT"))
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    document_number: Mapped[str | None]
    issuer: Mapped[str | None]
    issued_on: Mapped[date | None]
    region_as_printed: Mapped[str | None]
    first_year: Mapped[int]
    last_year: Mapped[int]
    form: Mapped[str]
    definition: Mapped[str] = mapped_column(default="standard")
    warnings: Mapped[list[dict[str, object]]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    live_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    demo_dispatch: Mapped[bool] = mapped_column(default=False)

    region: Mapped[Region] = relationship()
    supervising_unit: Mapped[Unit] = relationship()
    sections: Mapped[list[Section]] = relationship(order_by="Section.position", back_populates="plan")
    tasks: Mapped[list[KeyTask]] = relationship(order_by="KeyTask.position", back_populates="plan")
    indicators: Mapped[list[Indicator]] = relationship(order_by="Indicator.position")


class Section(Base):
    """A section of the plan that groups key tasks."""

    __tablename__ = "sections"
    __table_args__ = (UniqueConstraint("plan_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="RESTRICT"))
    position: Mapped[int]
    title: Mapped[str]

    plan: Mapped[Plan] = relationship(back_populates="sections")


class KeyTask(Base):
    """A numbered key task, word for word.  ``number`` is as printed; ``ref`` is its address within the plan.

    ``deadline_words`` are words about time that give no day (持续推进); ``remark`` is what a column of remarks says.
    """

    __tablename__ = "key_tasks"
    __table_args__ = (UniqueConstraint("plan_id", "ref"), UniqueConstraint("plan_id", "position"))

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="RESTRICT"))
    section_id: Mapped[int | None] = mapped_column(ForeignKey("sections.id", ondelete="RESTRICT"), index=True)
    position: Mapped[int]
    number: Mapped[str]
    ref: Mapped[str]
    text: Mapped[str]
    joint: Mapped[bool]
    deadline_words: Mapped[str | None]
    remark: Mapped[str | None]
    source_line: Mapped[int]

    plan: Mapped[Plan] = relationship(back_populates="tasks")
    section: Mapped[Section | None] = relationship()
    targets: Mapped[list[Target]] = relationship(order_by="Target.position")


class Target(Base):
    """A measurable target that stands in a task's text: a comparison, not a number."""

    __tablename__ = "targets"
    __table_args__ = (
        UniqueConstraint("task_id", "position"),
        CheckConstraint(one_of("comparator", COMPARATORS), name="comparator"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("key_tasks.id", ondelete="RESTRICT"))
    indicator_id: Mapped[int | None] = mapped_column(ForeignKey("indicators.id", ondelete="RESTRICT"))
    position: Mapped[int]
    comparator: Mapped[str]
    value: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    unit: Mapped[str | None]


class Indicator(Base):
    """A row of the indicator table.  ``baseline`` and ``target`` are as printed (">80"); either may be blank."""

    __tablename__ = "indicators"
    __table_args__ = (
        UniqueConstraint("plan_id", "position"),
        CheckConstraint(one_of("comparator", COMPARATORS), name="comparator"),
        CheckConstraint(one_of("kind", INDICATOR_KINDS), name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="RESTRICT"))
    position: Mapped[int]
    name: Mapped[str]
    unit: Mapped[str | None]
    baseline: Mapped[str | None]
    target: Mapped[str | None]
    comparator: Mapped[str | None]
    kind: Mapped[str | None]

    values: Mapped[list[IndicatorValue]] = relationship(order_by="IndicatorValue.year")


class IndicatorValue(Base):
    """What was reached in a year, with its source."""

    __tablename__ = "indicator_values"
    __table_args__ = (UniqueConstraint("indicator_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator_id: Mapped[int] = mapped_column(ForeignKey("indicators.id", ondelete="RESTRICT"))
    year: Mapped[int]
    value: Mapped[Decimal] = mapped_column(Numeric(18, 4))
    source: Mapped[str]


class Project(Base):
    """A numbered entry of a project box (专栏): not a key task, but a key project of the plan."""

    __tablename__ = "projects"
    __table_args__ = (UniqueConstraint("plan_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="RESTRICT"))
    position: Mapped[int]
    box: Mapped[str]
    number: Mapped[str]
    text: Mapped[str]


class EvaluationClause(Base):
    """What the plan says about evaluation, in its own words."""

    __tablename__ = "evaluation_clauses"
    __table_args__ = (UniqueConstraint("plan_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="RESTRICT"))
    position: Mapped[int]
    kind: Mapped[str]
    quote: Mapped[str]


class PlanUnit(Base):
    """A unit that the plan names, with the spellings it uses, in the order of the document's list."""

    __tablename__ = "plan_units"
    __table_args__ = (UniqueConstraint("plan_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="RESTRICT"))
    position: Mapped[int]
    name: Mapped[str]
    aliases: Mapped[list[str]] = mapped_column(JSON)
