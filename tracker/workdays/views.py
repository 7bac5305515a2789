"""The pages of working days: a year of a region, one day set by hand, a year's notice, and what follows of each."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select

from ..access import permitted, region_facts
from ..clock import local_day
from ..db import db, transaction
from ..directory.models import Region, User
from ..errors import InvalidInput, NotAllowed, NotFound
from ..i18n import N_
from ..i18n_web import day as day_text
from ..reminders.adjusting import adjust, consequences
from ..web.context import current_actor, now, translated, whole_number
from .changes import Change, DropNotice, FreeDay, own_days
from .forms import FAULTS_SHOWN, LARGEST_FILE, NO_YEAR, NoticeFaults, day_of, decoded, read_day, read_taking
from .models import DayOverride
from .pages import YEARS, year_of
from .policy import READ, SET, authorise_setting, may_set

blueprint = Blueprint("workdays", __name__)


@blueprint.get("/admin/workdays")
def index() -> str:
    """A year of a region: its free days and make-up days, and where each comes from."""
    actor = current_actor()
    regions = _regions(READ)
    region = _chosen(regions)
    today = local_day(now(), region.timezone)
    year = _year() or today.year
    return render_template(
        "workdays/index.html",
        region=region,
        regions=regions,
        year=year_of(own_days(region.day_overrides), region.calendar, year),
        set_by=_who_set(region),
        today=today,
        sets=may_set(actor, region.id),
        years=[number for number in (year - 1, year + 1) if number in YEARS],
    )


@blueprint.route("/admin/workdays/day", methods=["GET", "POST"])
def day() -> Response:
    """Set one day by hand; what would follow is shown before it is saved."""
    region = _chosen(_regions(SET))
    if request.method == "GET":
        return _day_page(region, {"day": request.args.get("day", ""), "kind": "free"}, {})
    typed = {name: request.form.get(name, "") for name in ("day", "kind", "reason")}
    try:
        change = read_day(typed)
    except InvalidInput as error:
        return _day_page(region, typed, translated(error.fields))
    return _check(region, change, "workdays.day", typed, year=change.day.year)


@blueprint.post("/admin/workdays/day/remove")
def unset() -> Response:
    """Take back what was set by hand for a day."""
    region = _chosen(_regions(SET))
    typed = {"day": request.form.get("day", "")}
    chosen = day_of(typed["day"])
    return _check(region, FreeDay(chosen), "workdays.unset", typed, year=chosen.year)


@blueprint.route("/admin/workdays/notice", methods=["GET", "POST"])
def notice() -> Response:
    """Take in the notice of a year: paste it or choose a file, look at what follows, save."""
    region = _chosen(_regions(SET))
    today = local_day(now(), region.timezone)
    if request.method == "GET":
        return _notice_page(region, {"year": str(_year() or today.year + 1)}, {})
    typed = {name: request.form.get(name, "") for name in ("year", "source", "text")}
    try:
        upload = request.files.get("file")
        if upload is not None and upload.filename:
            typed["text"] = decoded(upload.stream.read(LARGEST_FILE))
        change = read_taking(typed, whole_number(typed["year"]))
    except NoticeFaults as error:
        return _notice_page(region, typed, translated(error.fields) | {"text": _sentences(error)})
    except InvalidInput as error:
        return _notice_page(region, typed, translated(error.fields))
    return _check(region, change, "workdays.notice", typed, year=change.notice.year)


@blueprint.post("/admin/workdays/notice/remove")
def drop_notice() -> Response:
    """Take a year's notice out again."""
    region = _chosen(_regions(SET))
    typed = {"year": request.form.get("year", "")}
    year = whole_number(typed["year"])
    if year is None or year not in YEARS:
        raise InvalidInput({"year": [NO_YEAR]})
    return _check(region, DropNotice(year), "workdays.drop_notice", typed, year=year)


def _check(region: Region, change: Change, endpoint: str, typed: dict[str, str], *, year: int) -> Response:
    """What follows, with the button that saves; with ``sure`` it is saved, and the page says what has followed."""
    actor, moment = current_actor(), now()
    authorise_setting(actor, region.id)
    sure = bool(request.form.get("sure"))
    found = consequences(db.session, moment, region, change)
    before = year_of(own_days(region.day_overrides), region.calendar, year)
    after = year_of(change.applied(own_days(region.day_overrides)), found.calendar, year)
    if sure:
        with transaction() as session:
            adjust(session, actor, moment, region_id=region.id, change=change)
    page = render_template(
        "workdays/check.html",
        region=region,
        change=change,
        endpoint=endpoint,
        typed=typed,
        saved=sure,
        found=found,
        before=before,
        after=after,
        year=year,
    )
    return make_response(page)


def _day_page(region: Region, typed: dict[str, str], errors: dict[str, list[str]]) -> Response:
    page = render_template("workdays/day.html", region=region, typed=typed, errors=errors)
    return make_response(page, 422 if errors else 200)


def _notice_page(region: Region, typed: dict[str, str], errors: dict[str, list[str]]) -> Response:
    page = render_template("workdays/notice.html", region=region, typed=typed, errors=errors)
    return make_response(page, 422 if errors else 200)


def _sentences(error: NoticeFaults) -> list[str]:
    faults = error.values["faults"]
    shown = [fault.text(_, _write_day) for fault in faults[:FAULTS_SHOWN]]
    more = len(faults) - len(shown)
    return [*shown, _("And %(num)s more.", num=more)] if more else shown


def _write_day(value: date) -> str:
    return day_text(value)


def _regions(action: str) -> list[Region]:
    """The regions in which the person may do this, by name; NotAllowed where there is none."""
    actor = current_actor()
    regions = db.session.scalars(select(Region).order_by(Region.id))
    found = [region for region in regions if permitted(action, region_facts(actor, region.id))]
    if not found:
        raise NotAllowed(
            N_("Working days are set by the supervisors of the region and by administrators. Ask one of them to do it.")
        )
    return found


def _chosen(regions: list[Region]) -> Region:
    """The region that the address or the form names, else the first.  NotFound where it is none of the person's."""
    slug = request.values.get("region")
    if slug is None:
        return regions[0]
    for region in regions:
        if region.slug == slug:
            return region
    raise NotFound()


def _year() -> int | None:
    year = whole_number(request.args.get("year", ""))
    return year if year in YEARS else None


def _who_set(region: Region) -> dict[date, str]:
    """Day -> the name of the person who set it by hand."""
    statement = (
        select(DayOverride.day, User.name)
        .join(User, User.id == DayOverride.user_id)
        .where(DayOverride.region_id == region.id, DayOverride.origin == "hand")
    )
    return {day: name for day, name in db.session.execute(statement)}
