"""A plan as a document: the draft that reading a plan gives, and the YAML files of seed_tasks/ (README.md there).

Both have one shape; the file adds the plan's slug, supervising unit and workflow definition. A schema knows neither the
database nor the region's units: whether a name leads to a unit is asked by whoever loads the plan.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from tracker.directory.schemas import FileSchema, a_slug, no_repetition, not_blank
from tracker.i18n import N_

COMPARATORS = (">", ">=", "=", "<=", "<", "in_step_with")
"""How a measured value stands to a target; ``in_step_with`` follows another figure, which the target's text names."""

INDICATOR_KINDS = ("binding", "anticipatory")
ROUND_KINDS = ("annual", "mid_term", "end_of_term")
"""The evaluations that make rounds; what else a plan says of evaluation is done within a round."""

EVALUATION_KINDS = (*ROUND_KINDS, "monitoring", "third_party", "survey", "commendation", "disclosure")
FORMS = ("annex_two_columns", "annex_one_column", "inline", "undivided")
"""How a document divides the tasks: an annex with a column for lead and one for supporting units; an annex with one
column of units; names behind each task; not at all."""

DEFINITIONS = ("standard", "with_sign_off")


a_ref = validate.Regexp(
    r"^[\w.-]+$", error=N_("A ref is part of an address: only letters, digits, points and hyphens.")
)


def a_number(value: Any) -> None:
    """Raise ValidationError unless ``value`` is an int or a float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValidationError(N_("Not a number."))


def _comparator(**options: Any) -> fields.String:
    sentence = N_("Not a comparator: write >, >=, =, <=, < or in_step_with.")
    return fields.String(required=True, validate=validate.OneOf(COMPARATORS, error=sentence), **options)


def _text(*, nullable: bool = False) -> fields.String:
    return fields.String(required=True, allow_none=nullable, validate=not_blank)


def _names() -> fields.List[str]:
    return fields.List(fields.String(validate=not_blank), required=True, validate=no_repetition)


class TargetSchema(FileSchema):
    """A number that a task's text states as to be reached."""

    comparator = _comparator()
    value = fields.Raw(required=True, validate=a_number)
    unit = _text(nullable=True)


class TaskSchema(FileSchema):
    """One key task. ``deadline`` is loaded as a date; ``others`` holds the names behind which the document says 等.

    ``deadline_words`` are words about time that give no day (持续推进); ``remark`` is what a column of remarks says.
    """

    ref = fields.String(required=True, validate=a_ref)
    number = _text()
    section = _text(nullable=True)
    text = _text()
    leads = _names()
    supports = _names()
    others = fields.List(fields.String(), load_default=list, validate=no_repetition)
    joint = fields.Boolean(required=True, truthy={True}, falsy={False})
    deadline = fields.Date(
        required=True,
        allow_none=True,
        error_messages={"invalid": N_("Not a date: write it as 2023-12-31, or null where the text gives none.")},
    )
    deadline_words = fields.String(load_default=None, allow_none=True, validate=not_blank)
    remark = fields.String(load_default=None, allow_none=True, validate=not_blank)
    targets = fields.List(fields.Nested(TargetSchema), required=True)
    source_line = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=1, error=N_("Lines are counted from 1."))
    )

    @validates_schema
    def names_agree(self, data: dict[str, Any], **_: Any) -> None:
        """A name has one role; 等 stands behind a name of the task; a joint task has several leads, no supporters."""
        if set(data["leads"]) & set(data["supports"]):
            raise ValidationError({"supports": [N_("A unit leads or supports a task, not both: keep one.")]})
        named = {*data["leads"], *data["supports"]}
        if any(name not in named for name in data["others"]):
            raise ValidationError({"others": [N_("This holds a name that is neither lead nor supporting unit.")]})
        if data["joint"] and (len(data["leads"]) < 2 or data["supports"]):
            raise ValidationError({"joint": [N_("A joint task has several lead units and no supporting unit.")]})


class IndicatorSchema(FileSchema):
    """One row of the table of indicators. Baseline and target stay as printed, without comparator and unit."""

    name = _text()
    unit = _text(nullable=True)
    baseline = _text(nullable=True)
    target = _text(nullable=True)
    comparator = _comparator(allow_none=True)
    kind = fields.String(
        required=True,
        allow_none=True,
        validate=validate.OneOf(INDICATOR_KINDS, error=N_("Write binding, anticipatory or null.")),
    )

    @validates_schema
    def target_and_comparator_go_together(self, data: dict[str, Any], **_: Any) -> None:
        """A target is a comparison, not a number alone; words that compare nothing (完成上级下达任务) stand without."""
        target, comparator = data["target"], data["comparator"]
        is_figure = target is not None and target[:1].isdigit()
        if (target is None and comparator is not None) or (is_figure and comparator is None):
            raise ValidationError(
                {"comparator": [N_("A target in figures needs a comparator, a comparator a target.")]}
            )


class ProjectSchema(FileSchema):
    """One key project of a numbered box (专栏)."""

    box = _text()
    number = _text()
    text = _text()


class EvaluationSchema(FileSchema):
    """What the plan says of one kind of evaluation, word for word."""

    kind = fields.String(
        required=True,
        validate=validate.OneOf(
            EVALUATION_KINDS, error=N_("Not a kind of evaluation: seed_tasks/README.md lists the kinds.")
        ),
    )
    quote = _text()


class PlanUnitSchema(FileSchema):
    """A unit as the plan names it, and the other spellings that the plan itself uses."""

    name = _text()
    aliases = _names()


class WarningSchema(FileSchema):
    """A doubt of whoever read the document."""

    line = fields.Integer(required=True, allow_none=True, strict=True)
    message = _text()
    ref = fields.String(load_default=None, allow_none=True)


class PlanDraftSchema(FileSchema):
    """What reading a document gives.

    ``load`` takes parsed JSON or YAML and gives the same with dates as :class:`datetime.date`. It raises
    ValidationError, which ``tracker.directory.schemas.problems`` turns into lines for a person.
    """

    title = _text()
    document_number = _text(nullable=True)
    issuer = _text(nullable=True)
    issued_on = fields.Date(
        required=True,
        allow_none=True,
        error_messages={"invalid": N_("Not a date: write it as 2023-12-31, or null where the text gives none.")},
    )
    region = _text(nullable=True)
    period = fields.List(
        fields.Integer(strict=True),
        required=True,
        allow_none=True,
        validate=validate.Length(equal=2, error=N_("The period is two years, the first and the last.")),
    )
    form = fields.String(
        required=True,
        validate=validate.OneOf(FORMS, error=N_("Not a form of division: seed_tasks/README.md lists the forms.")),
    )
    tasks = fields.List(fields.Nested(TaskSchema), required=True)
    indicators = fields.List(fields.Nested(IndicatorSchema), required=True)
    projects = fields.List(fields.Nested(ProjectSchema), required=True)
    evaluations = fields.List(fields.Nested(EvaluationSchema), required=True)
    units = fields.List(fields.Nested(PlanUnitSchema), required=True)
    warnings = fields.List(fields.Nested(WarningSchema), required=True)

    @validates_schema
    def refs_are_unique(self, data: dict[str, Any], **_: Any) -> None:
        """A ref is a task's one address within the plan."""
        seen: set[str] = set()
        faults = {}
        for position, task in enumerate(data["tasks"]):
            if task["ref"] in seen:
                faults[position] = {"ref": [N_("Two tasks have this ref: number them within their section, as 3-2.")]}
            seen.add(task["ref"])
        if faults:
            raise ValidationError({"tasks": faults})

    @validates_schema
    def days_lie_in_the_period(self, data: dict[str, Any], **_: Any) -> None:
        """The period runs forward, and every deadline lies within it."""
        if data["period"] is None:
            return
        first, last = data["period"]
        if first > last:
            raise ValidationError({"period": [N_("The last year lies before the first.")]})
        faults = {
            position: {"deadline": [N_("The deadline lies outside the plan's period.")]}
            for position, task in enumerate(data["tasks"])
            if task["deadline"] is not None and not date(first, 1, 1) <= task["deadline"] <= date(last, 12, 31)
        }
        if faults:
            raise ValidationError({"tasks": faults})

    @validates_schema
    def names_lead_to_one_unit(self, data: dict[str, Any], **_: Any) -> None:
        """No name or alias stands for two units of the plan."""
        owners: dict[str, int] = {}
        faults: dict[int, dict[str, list[str]]] = {}
        for position, unit in enumerate(data["units"]):
            for name in (unit["name"], *unit["aliases"]):
                if owners.setdefault(name, position) != position:
                    faults[position] = {"name": [N_("A name or alias of this unit stands for another unit too.")]}
        if faults:
            raise ValidationError({"units": faults})


class PlanDocumentSchema(PlanDraftSchema):
    """A file of seed_tasks/: the draft with what the document itself cannot say."""

    slug = fields.String(required=True, validate=a_slug)
    supervising_unit = _text()
    definition = fields.String(
        required=True, validate=validate.OneOf(DEFINITIONS, error=N_("Write standard or with_sign_off."))
    )

    @validates_schema
    def the_term_is_known(self, data: dict[str, Any], **_: Any) -> None:
        """A reader may not find the period; a plan that is loaded has one, for its rounds follow from it."""
        if data["period"] is None:
            raise ValidationError({"period": [N_("The period is two years, the first and the last.")]})
