"""The addresses of what an import makes: the slug of a plan, the slug and the name of a new region.

Nothing turns Chinese into letters here: a slug is given, or follows from slugs that a person gave before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ..access import Actor
from ..directory.commands import load_units
from ..directory.models import Region
from ..errors import InvalidInput, NotFound
from ..i18n import N_
from ..plans.models import Plan

NEARLY = 90  # of 100: two titles this like each other may be one plan
_SLUG = re.compile(r"[a-z][a-z0-9-]*")
_TIMEZONE = "Asia/Shanghai"


def region_named(session: Session, given: str) -> Region | None:
    """The region with this slug or name, or None."""
    return session.scalar(select(Region).where(or_(Region.slug == given, Region.name == given)))


def new_region(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    given: str,
    printed: str | None,
    slug: str | None = None,
    name: str | None = None,
) -> Region:
    """Make a region without units.  ``given`` is what the person typed: its slug or its name; ``printed`` is the place
    that the document names.  ``slug`` and ``name`` say the other half where it follows from neither.

    Raises InvalidInput where the slug is missing or malformed, or where the region is there under another slug.
    """
    is_slug = _SLUG.fullmatch(given) is not None
    slug = given if is_slug else slug
    name = name or (printed or given if is_slug else given)
    if slug is None:
        raise InvalidInput(
            message=N_("The region %(name)s is new. Say with --region-slug how its address shall begin."), name=name
        )
    if _SLUG.fullmatch(slug) is None:
        raise InvalidInput({"--region-slug": [N_("Only small letters, digits and hyphens, a letter first.")]})
    present = region_named(session, name) or region_named(session, slug)
    if present is not None:
        raise InvalidInput(
            message=N_(
                "%(name)s is there already, as the region %(slug)s. Import into that one, or give another name."
            ),
            name=present.name,
            slug=present.slug,
        )
    entry = {"slug": slug, "name": name, "short_name": short_name(name), "timezone": _TIMEZONE}
    return load_units(session, actor, now, {"region": entry, "units": []})


def find_region(session: Session, given: str) -> Region:
    """A region by its slug or its name.  Raises NotFound with what to do."""
    region = region_named(session, given)
    if region is None:
        raise NotFound(
            N_("There is no region %(region)s. Check the spelling, or let it be made with --create-units."),
            region=given,
        )
    return region


def short_name(name: str) -> str:
    """韶关市 -> 韶关; a name of two characters stays."""
    for ending in ("自治区", "自治州", "自治县", "自治旗", "地区", "新区", "省", "市", "县", "区", "州", "盟", "旗"):
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name


def default_slug(session: Session, region: Region, draft: Mapping[str, Any]) -> str:
    """The slug of a plan for which nobody gave one: that of the region's plan with this title, else a new one.

    The first plan of a region has the region's slug, a further one the first year of its term behind it.  Raises
    InvalidInput where a plan has nearly this title and term: whether it is the same one is for a person to say.
    """
    plans = session.scalars(select(Plan).where(Plan.region_id == region.id).order_by(Plan.id)).all()
    title = _bare(draft["title"])
    for plan in plans:
        if _bare(plan.title) == title:
            return plan.slug
    for plan in plans:
        term = draft["period"] is None or list(draft["period"]) == [plan.first_year, plan.last_year]
        if term and fuzz.ratio(_bare(plan.title), title) >= NEARLY:
            raise InvalidInput(
                message=N_(
                    "The title is nearly that of the plan %(slug)s (%(title)s). Say with --slug whether you mean that"
                    " plan or a new one."
                ),
                slug=plan.slug,
                title=plan.title,
            )
    taken = set(session.scalars(select(Plan.slug)))
    stem = region.slug
    if stem in taken and draft["period"] is not None:
        stem = f"{stem}-{draft['period'][0]}"
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def _bare(title: str) -> str:
    return re.sub(r"[\W_]", "", title)
