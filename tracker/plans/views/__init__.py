"""The pages of plans: the list of plans, a plan's overview, its tasks, and the indicators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, render_template, request
from jinja2 import pass_context

from ...db import db
from ...web.context import current_actor, now
from ..queries import visible_plans
from . import overview as overviews
from . import words
from .indicators import indicators_of, plain
from .speech import gettext
from .tasks import Filters, task_list

blueprint = Blueprint("plans", __name__)


def _label(table: Mapping[str, str]) -> Callable[[object, str], str]:
    @pass_context  # else Jinja would translate a constant once, when it compiles the template
    def label(_context: object, code: str) -> str:
        return gettext(table[code])

    return label


for _name, _table in (
    ("clause_label", words.CLAUSE_LABELS),
    ("indicator_kind_label", words.INDICATOR_KIND_LABELS),
    ("chip_label", words.CHIP_LABELS),
):
    blueprint.add_app_template_filter(_label(_table), _name)
_FILTERS: tuple[Callable[..., Any], ...] = (
    *(words.why, words.late_by, words.round_sentence, words.concern, words.concern_detail),
    *(words.brief, words.short_title, words.goal_text, words.target_text, plain),
)
for _filter in _FILTERS:
    blueprint.add_app_template_filter(_filter)


@blueprint.get("/plans")
def index() -> str:
    """The plans of the reader's regions, each with its figures."""
    return render_template("plans/index.html", cards=overviews.plan_cards(db.session, current_actor(), now()))


@blueprint.get("/plans/<slug>")
def overview(slug: str) -> str:
    """A plan at a glance."""
    return render_template("plans/overview.html", page=overviews.overview(db.session, current_actor(), now(), slug))


@blueprint.get("/plans/<slug>/tasks")
def tasks(slug: str) -> str:
    """The tasks of a plan, filtered, 50 a page."""
    page = task_list(db.session, current_actor(), now(), slug, Filters.of(request.args))
    return render_template("plans/tasks.html", page=page)


@blueprint.get("/indicators")
def indicators() -> str:
    """The indicators of every plan the reader sees."""
    plans = visible_plans(db.session, current_actor())
    return render_template("plans/indicators.html", plans=plans, lines=indicators_of(db.session, plans))
