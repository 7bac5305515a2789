"""Make the plans of seed_tasks/ again from their documents: ``python -m tools.seed_from_documents [--write] [SLUG…]``.

Reads tests/plans/SLUG.txt as ``plans read`` does and prints every place where the file says something else.  With
``--write`` the file is written anew.  By hand are, and stay: the comment at its head, ``slug``, ``supervising_unit``,
``definition``, and ``warnings``, of which a person has settled what the reader doubts.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from tracker.i18n import ENGLISH, translator
from tracker.intake.readers import read_document
from tracker.intake.reading import read_plan
from tracker.plans.files import SEED_TASKS, SLUGS
from tracker.plans.schemas import PlanDraftSchema

DOCUMENTS = Path(__file__).resolve().parent.parent / "tests" / "plans"
BY_HAND = ("slug", "supervising_unit", "definition")
HEAD = ("title", "document_number", "issuer", "issued_on", "region", "period", "form")
IN_A_LINE = ("indicators", "units")
OPTIONAL = ("deadline_words", "remark")


class Line(dict[str, Any]):
    """A mapping that is written on one line."""


class Dumper(yaml.SafeDumper):
    """Lists of plain values on one line, everything else in blocks, as the files of seed_tasks/ are written."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _list(dumper: Dumper, values: list[Any]) -> yaml.SequenceNode:
    plain = all(isinstance(value, str | int) for value in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=plain)


def _line(dumper: Dumper, values: Line) -> yaml.MappingNode:
    return dumper.represent_mapping("tag:yaml.org,2002:map", values.items(), flow_style=True)


Dumper.add_representer(list, _list)
Dumper.add_representer(Line, _line)


def read(slug: str) -> dict[str, Any]:
    """The draft of one of the five documents, as ``plans read --json`` prints it."""
    path = DOCUMENTS / f"{slug}.txt"
    draft = read_plan(read_document(path.name, path.read_bytes())).as_json(translator(ENGLISH))
    PlanDraftSchema().load(draft)
    return draft


def differences(draft: dict[str, Any], seed: dict[str, Any]) -> Iterator[str]:
    """Where the draft and a file of seed_tasks/ differ, one line each; ``warnings`` too, which are kept by hand."""
    for key, value in draft.items():
        other = seed[key]
        if not isinstance(value, list) or key == "period":
            if str(value) != str(other):
                yield f"{key}: {value} is {other}"
            continue
        if len(value) != len(other):
            yield f"{key}: {len(value)} are {len(other)}"
        for place, (ours, theirs) in enumerate(zip(value, other, strict=False), 1):
            for name in ours:
                if ours[name] != (theirs.get(name) if name in OPTIONAL else theirs[name]):
                    yield f"{key} {ours.get('ref', place)} {name}: {ours[name]} is {theirs.get(name)}"
        yield from (f"{key} {entry}" for entry in value[len(other) :])


def file_text(draft: dict[str, Any], seed: dict[str, Any], comment: str) -> str:
    """The file of a plan: its comment, what is kept by hand, and what the document says."""
    tasks = [_task(task) for task in draft["tasks"]]
    lists = {
        key: [Line(entry) for entry in draft[key]] if key in IN_A_LINE else draft[key]
        for key in ("indicators", "projects", "evaluations", "units")
    }
    parts = [
        _dump({**{key: seed[key] for key in BY_HAND}, **{key: draft[key] for key in HEAD}}),
        "tasks:\n" + "\n".join(_indented(task) for task in tasks),
        *(_dump({key: entries}) for key, entries in lists.items()),
        _dump({"warnings": seed["warnings"]}),
    ]
    return comment + "\n".join(parts)


def _task(task: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in task.items() if key not in OPTIONAL or value is not None}
    return {**kept, "targets": [Line(target) for target in task["targets"]]}


def _indented(task: dict[str, Any]) -> str:
    return "".join(f"  {line}\n" for line in _dump([task]).splitlines())


def _dump(value: Any) -> str:
    return yaml.dump(value, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=10**9)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the differences; with ``--write`` write the files.  The exit code is 1 where a file was out of date."""
    parser = argparse.ArgumentParser(prog="python -m tools.seed_from_documents", description=__doc__)
    parser.add_argument("slugs", nargs="*", metavar="SLUG", help="one of " + ", ".join(SLUGS) + "; by default all")
    parser.add_argument("--write", action="store_true", help="write seed_tasks/SLUG.yaml anew")
    given = parser.parse_args(arguments)
    if unknown := set(given.slugs) - set(SLUGS):
        parser.error(f"no such plan: {', '.join(sorted(unknown))}")
    differs = False
    for slug in given.slugs or SLUGS:
        path = SEED_TASKS / f"{slug}.yaml"
        text = path.read_text(encoding="utf-8")
        seed, draft = yaml.safe_load(text), read(slug)
        found = list(differences(draft, seed))
        differs = differs or any(not line.startswith("warnings") for line in found)
        print(f"{slug}: {len(found)} differences")
        print("".join(f"  {line}\n" for line in found), end="")
        if given.write:
            comment = text[: text.index("slug:")]
            path.write_text(file_text(draft, seed, comment), encoding="utf-8")
    return int(differs)


if __name__ == "__main__":
    sys.exit(main())
