"""Reading the YAML files of seed_tasks/: a mistake is one sentence with file and place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from marshmallow import Schema, ValidationError

from ..config import ROOT
from ..directory.schemas import UnitsFileSchema, problems
from ..errors import InvalidInput
from ..i18n import N_
from .schemas import PlanDocumentSchema

SEED_TASKS = ROOT / "seed_tasks"
SLUGS = ("shaoguan", "tongxin", "jiangmen", "yulin", "baise")


class InvalidFile(InvalidInput):
    """A file that does not obey its schema; ``place`` and ``problem`` name the first fault."""

    labels = ("problem",)
    default = N_("%(file)s, %(place)s: %(problem)s (%(count)s fault(s) in all). Correct the file and load it again.")


def read_file(path: Path, schema: Schema) -> dict[str, Any]:
    """Parse a YAML file and load it through its schema.  Raises InvalidFile."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InvalidFile(file=path.name, place="-", problem=N_("There is no such file."), count=1) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{mark.line + 1}:{mark.column + 1}" if mark is not None else "-"
        raise InvalidFile(file=path.name, place=place, problem=N_("This is not YAML in UTF-8."), count=1) from error
    return loaded_through(schema, document, path.name)


def loaded_through(schema: Schema, document: Any, file: str) -> dict[str, Any]:
    """A parsed document loaded through its schema; ``file`` names it in the error.  Raises InvalidFile."""
    try:
        loaded: dict[str, Any] = schema.load(document)
    except ValidationError as error:
        faults = problems(error, document)
        place, problem = faults[0]
        raise InvalidFile(file=file, place=place or "-", problem=problem, count=len(faults)) from error
    return loaded


def read_units(slug: str, folder: Path = SEED_TASKS) -> dict[str, Any]:
    """The units file of a region."""
    return read_file(folder / f"units-{slug}.yaml", UnitsFileSchema())


def read_plan(slug: str, folder: Path = SEED_TASKS) -> dict[str, Any]:
    """The plan file of a slug."""
    return read_file(folder / f"{slug}.yaml", PlanDocumentSchema())
