"""Word's automatic numbering: the number that stands before a paragraph on the page, and nowhere in its text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from .numerals import printed
from .officexml import Element, attribute, child, local, number, switched_on
from .wordstyles import Styles

_LARGEST_START = 100_000


@dataclass(slots=True)
class Level:
    """One level of a list."""

    style: str = "decimal"
    text: str = ""
    start: int = 1
    restart: int | None = None
    in_digits: bool = False
    paragraph_style: str | None = None


@dataclass(slots=True)
class Definition:
    """A list's levels (w:abstractNum); ``link`` leads to the one that it borrows them from."""

    levels: dict[int, Level] = field(default_factory=dict)
    link: str | None = None
    counts: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class Instance:
    """A use of a list (w:num), which may start afresh or change levels."""

    definition: str
    starts: dict[int, int] = field(default_factory=dict)
    levels: dict[int, Level] = field(default_factory=dict)


class Numbering:
    """word/numbering.xml, counting as the document is walked in its order."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._definitions: dict[str, Definition] = {}
        self._instances: dict[str, Instance] = {}
        linked: dict[str, str] = {}
        for element in root if root is not None else ():
            key = attribute(element, "abstractNumId") or ""
            if local(element) == "abstractNum":
                definition = Definition(_levels(element), attribute(child(element, "numStyleLink")))
                self._definitions[key] = definition
                if (style := attribute(child(element, "styleLink"))) is not None:
                    linked[style] = key
            elif local(element) == "num":
                self._instances[attribute(element, "numId") or ""] = _instance(element)
        for definition in self._definitions.values():
            if definition.link in linked:
                definition.levels = self._definitions[linked[definition.link]].levels
        self._styles = styles

    def label(self, properties: Element | None, style: str | None) -> str:
        """Count a paragraph with these w:pPr and this style; its number as printed, '' where it has none."""
        own = child(properties, "numPr")
        key, depth = attribute(child(own, "numId")), number(child(own, "ilvl"))
        source = None
        if key is None:
            key, by_style, source = self._styles.numbering(style)
            depth = depth if depth is not None else by_style
        instance = self._instances.get(key or "")
        definition = self._definitions.get(instance.definition) if instance is not None else None
        if instance is None or definition is None:
            return ""
        levels = definition.levels | instance.levels
        if depth is None:
            depth = next((d for d, level in levels.items() if source and level.paragraph_style == source), 0)
        return _counted(definition, instance, levels, depth) if depth in levels else ""


def _counted(definition: Definition, instance: Instance, levels: dict[int, Level], depth: int) -> str:
    counts = definition.counts
    if depth in instance.starts:
        counts[depth] = instance.starts.pop(depth)
    else:
        counts[depth] = counts[depth] + 1 if depth in counts else levels[depth].start
    for deeper in [d for d in counts if d > depth]:
        restart = levels[deeper].restart if deeper in levels else None
        if restart is None or depth < restart:
            del counts[deeper]

    def one(match: re.Match[str]) -> str:
        level = levels.get(int(match[1]) - 1)
        if level is None:
            return ""
        style = "decimal" if levels[depth].in_digits else level.style
        return printed(counts.get(int(match[1]) - 1, level.start), style)

    return "" if levels[depth].style == "bullet" else re.sub(r"%([1-9])", one, levels[depth].text).strip()


def _levels(element: Element) -> dict[int, Level]:
    found = {}
    for level in element:
        depth = number(level, name="ilvl")
        if local(level) == "lvl" and depth is not None:
            found[depth] = _level(level)
    return found


def _level(element: Element) -> Level:
    return Level(
        style=_format(element),
        text=attribute(child(element, "lvlText")) or "",
        start=min(number(child(element, "start"), 1) or 0, _LARGEST_START),
        restart=number(child(element, "lvlRestart")),
        in_digits=switched_on(child(element, "isLgl")),
        paragraph_style=attribute(child(element, "pStyle")),
    )


def _format(level: Element) -> str:
    """Newer formats stand in an alternative (mc:AlternateContent) beside a plain one."""
    formats = [inner for inner in level.iter() if local(inner) == "numFmt"]
    return next((value for inner in formats if (value := attribute(inner)) not in (None, "custom")), "decimal")


def _instance(element: Element) -> Instance:
    instance = Instance(attribute(child(element, "abstractNumId")) or "")
    for override in element:
        depth = number(override, name="ilvl")
        if local(override) != "lvlOverride" or depth is None:
            continue
        if (start := number(child(override, "startOverride"))) is not None:
            instance.starts[depth] = start
        if (level := child(override, "lvl")) is not None:
            instance.levels[depth] = _level(level)
    return instance
