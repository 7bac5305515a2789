"""What the demo's people write: reports, comments and reasons, from texts.yaml.

The same words for the same task at the same stage, always: every choice comes from a seed of the task's own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from .fates import VALUES
from .papers import paper

TEXTS = Path(__file__).parent / "texts.yaml"
ZONE = ZoneInfo("Asia/Shanghai")
FIGURE = re.compile(r"\{([\d.]+?)(-|\.\.|~)([\d.]+)\}")
SPREAD = 0.25  # how much of a figure's range is the task's own, the rest being progress


@lru_cache(maxsize=1)
def texts() -> dict[str, Any]:
    """The loaded texts.yaml."""
    loaded: dict[str, Any] = yaml.safe_load(TEXTS.read_text(encoding="utf-8"))
    return loaded


@dataclass(frozen=True)
class Writer:
    """Writes about one task.  ``text`` is the task's, ``measured`` says whether it has a measurable target."""

    slug: str
    ref: str
    text: str
    measured: bool

    @property
    def theme(self) -> Mapping[str, Any]:
        """The theme of the task's first sentence."""
        sentence = self.text.split("。")[0]
        found: Mapping[str, Any] = next(
            theme
            for theme in texts()["themes"]
            if not theme["words"] or any(word in sentence for word in theme["words"])
        )
        return found

    def report(self, at: datetime, number: int, progress: int, answer: int | None = None) -> dict[str, Any]:
        """The form of the ``number``-th report at ``progress`` percent; ``answer``: to the return with that reason."""
        theme = self.theme
        sentences = [self._pick(theme["done"])]
        if number > 1:
            sentences.append(self._pick(theme["more"]))
        if answer is not None:
            sentences.append(texts()["returns"][answer][1])
        form = {
            "done": self.write("".join(sentences), at, progress),
            "problems": self.write(self._pick(theme["problems"]), at, progress),
            "next_steps": self.write(self._pick(theme["next"]), at, progress),
            "progress": str(progress),
            "evidence": self._pick(theme["evidence"]),
        }
        if self.measured and "measure" in theme:
            span, source = theme["measure"]
            form["measured_value"] = self.write(f"{{{span}}}", at, progress)
            form["measured_year"] = str(_period(at)[0])
            form["measured_source"] = source
        return form | self._value(at)

    def _value(self, at: datetime) -> dict[str, str]:
        """The value of an indicator that the task's reports give, where they do: that of the year before."""
        named = VALUES.get(self.slug, {}).get(self.ref)
        if named is None:
            return {}
        indicator, value, source = named
        year = str(at.astimezone(ZONE).year - 1)
        return {"indicator": indicator, "measured_value": value, "measured_year": year, "measured_source": source}

    def completion(self, at: datetime) -> dict[str, Any]:
        """The form of the report that claims completion, with its evidence."""
        theme = self.theme
        return {
            "done": self.write(theme["complete"], at, 100),
            "problems": "无。",
            "next_steps": "转入常态化管理，按年度报送数据。",
            "progress": "100",
            "completion_claimed": True,
            "evidence": theme["proof"],
        }

    def proof(self, at: datetime) -> dict[str, bytes]:
        """The file that proves it, by name."""
        name = self.theme["proof"].split("、")[0]
        day = at.astimezone(ZONE)
        task = f"重点任务{self.ref}：{self.text}"
        return {name: paper([name.removesuffix(".pdf"), task, f"{day.year}年{day.month}月{day.day}日"])}

    def returned(self, at: datetime, reason: int) -> str:
        """Why a report is sent back."""
        return self.write(texts()["returns"][reason][0], at, 50)

    def wrong(self, at: datetime, reason: int) -> dict[str, str]:
        """What the return with that reason says of single fields, as its form has it."""
        fields: dict[str, str] = next(iter(texts()["returns"][reason][2:]), {})
        return {f"reason_{name}": self.write(text, at, 50) for name, text in fields.items()}

    def reason(self, kind: str, at: datetime) -> str:
        """Why a task is reopened, declined, reassigned, urged or contested, and the answer to that."""
        return self.write(self._pick(texts()[kind]), at, 50)

    def extension(self, at: datetime, number: int) -> dict[str, str]:
        """Why a later deadline is asked for the ``number``-th time (from 0), and where the task stands."""
        reason, so_far = (self.write(text, at, 50) for text in texts()["extensions"][number])
        return {"reason": reason, "so_far": so_far}

    def part(self, pool: str, at: datetime) -> dict[str, str]:
        """The form of a unit's part of a report, from the texts of its kind."""
        pools = texts()["parts"]
        written = [self.write(text, at, 50) for text in pools.get(pool, pools["other"])]
        return dict(zip(("done", "problems", "next_steps"), written, strict=True))

    def asked(self, at: datetime, number: int) -> tuple[str, str]:
        """The ``number``-th question to a supporting unit (from 0), and its answer."""
        question, answer = (self.write(text, at, 50) for text in texts()["asked"][number])
        return question, answer

    def talk(self, at: datetime) -> tuple[str, str, str]:
        """A comment, the same as its author corrects it, and the lead unit's reply."""
        wrong, right, reply = (self.write(text, at, 50) for text in texts()["talk"])
        return wrong, right, reply

    def comment(self, unit: str, at: datetime, number: int) -> str:
        """What a unit (by slug) says of the task; ``number`` counts the comments of the unit in the plan."""
        pools = texts()["comments"]
        pool = pools.get(unit, pools["other"])
        return self.write(pool[number % len(pool)], at, 50)

    def write(self, template: str, at: datetime, progress: int) -> str:
        """Fill places, dates and figures."""
        place = texts()["places"][self.slug]
        theme, own = self.theme, Random(f"{self.slug} {self.ref} places")  # noqa: S311  (no secret)
        year, month = _period(at)
        words = {
            "whole": place["whole"],
            "here": own.choice(place["here"]),
            "there": own.choice(place["there"]),
            "year": str(year),
            "month": str(month),
            "count": theme["count"],
            "keeper": theme["keeper"],
        }
        for name, word in words.items():
            template = template.replace(f"{{{name}}}", word)
        figures = Random(f"{self.slug} {self.ref} figures")  # noqa: S311

        def figure(match: re.Match[str]) -> str:
            low, high = float(match[1]), float(match[3])
            share = SPREAD * figures.random() + (1 - SPREAD) * progress / 100
            value = low + (high - low) * share
            if match[2] == "~":
                return f"{value:.1f}"
            if match[2] == ".." or (high <= 30 and place["scale"] > 1):
                return str(round(value))
            return str(max(1, round(value * place["scale"])))

        return FIGURE.sub(figure, template)

    def _pick(self, pool: list[str]) -> str:
        return pool[Random(f"{self.slug} {self.ref} {len(pool)}").randrange(len(pool))]  # noqa: S311


def _period(at: datetime) -> tuple[int, int]:
    """The year and the month up to which a report of this day has figures."""
    local = at.astimezone(ZONE)
    return (local.year - 1, 12) if local.month <= 2 else (local.year, local.month - 1)
