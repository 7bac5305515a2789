"""A definition drawn for a page: boxes from top to bottom, arrows as numbers that a list under the picture explains.

Pure geometry, in units of the picture's own grid; the macro ``templates/macros/workflow.html`` writes the SVG.
"""

from __future__ import annotations

from dataclasses import dataclass

from .definitions import Definition

WIDTH, BOX_WIDTH, BOX_HEIGHT, STEP = 288, 128, 32, 60
LEFT = (WIDTH - BOX_WIDTH) // 2
LANE = 19
APART = ("suspended", "terminated")
"""States that many others lead to: drawn apart, without arrows; the list says whence."""


@dataclass(frozen=True, slots=True)
class Box:
    """A state; ``x`` and ``y`` are its upper left corner."""

    state: str
    x: int
    y: int
    width: int = BOX_WIDTH


@dataclass(frozen=True, slots=True)
class Arrow:
    """What joins two states; ``path`` is an SVG path, (``x``, ``y``) the place of the number."""

    number: int
    source: str
    target: str
    triggers: tuple[str, ...]
    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Aside:
    """States that a trigger leads to or from one of the states drawn apart."""

    triggers: tuple[str, ...]
    sources: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole picture; ``height`` in the same units as ``WIDTH``."""

    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    asides: tuple[Aside, ...]
    width: int
    height: int


def draw(definition: Definition) -> Picture:
    """The picture of a definition.  Records, which move nothing, are left out."""
    spine = [state for state in definition.states if state not in APART]
    apart = [state for state in definition.states if state in APART]
    place = {state: index for index, state in enumerate(spine)}
    boxes = [Box(state, LEFT, index * STEP + 1) for state, index in place.items()]
    below = len(spine) * STEP
    half = (WIDTH - 16) // 2
    boxes += [Box(state, index * (half + 16), below + 1, half) for index, state in enumerate(apart)]
    return Picture(
        boxes=tuple(boxes),
        arrows=tuple(_arrows(definition, place)),
        asides=tuple(_asides(definition)),
        width=WIDTH,
        height=below + BOX_HEIGHT + 2,
    )


def _joins(definition: Definition, apart: bool) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for step in definition.steps:
        for source in step.sources if step.target is not None else ():
            assert step.target is not None
            if source != step.target and (source in APART or step.target in APART) == apart:
                triggers = found.setdefault((source, step.target), [])
                if step.trigger not in triggers:
                    triggers.append(step.trigger)
    return found


def _arrows(definition: Definition, place: dict[str, int]) -> list[Arrow]:
    """Steps to the next state go straight down, all others round a side: back on the left, forward on the right."""
    joins = sorted(_joins(definition, apart=False).items(), key=lambda join: (place[join[0][0]], place[join[0][1]]))
    lanes = _lanes([(place[source], place[target]) for (source, target), _triggers in joins])
    arrows = []
    for number, ((source, target), triggers) in enumerate(joins, 1):
        start, end = place[source], place[target]
        if end == start + 1:
            x, top = WIDTH // 2, start * STEP + BOX_HEIGHT + 1
            path, at = f"M{x} {top}V{end * STEP - 3}", (x + 14, top + (STEP - BOX_HEIGHT) // 2 - 1)
        else:
            lane, back = lanes[start, end], end < start
            side = LEFT if back else LEFT + BOX_WIDTH
            x = side - LANE * (lane + 1) + 6 if back else side + LANE * (lane + 1) - 6
            begin, stop = start * STEP + BOX_HEIGHT // 2 - 5, end * STEP + BOX_HEIGHT // 2 + 7
            path = f"M{side} {begin}H{x}V{stop}H{side - 4 if back else side + 4}"
            at = (x, (begin + stop) // 2)
        arrows.append(Arrow(number, source, target, tuple(triggers), path, *at))
    return arrows


def _lanes(ways: list[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """(start, end) -> the lane beside the boxes, short ways inside: no two that overlap share one."""
    lanes: dict[tuple[int, int], int] = {}
    for start, end in sorted(ways, key=lambda way: (abs(way[1] - way[0]), way)):
        low, high = sorted((start, end))
        beside = {
            lane
            for (a, b), lane in lanes.items()
            if (a < b) == (start < end) and abs(a - b) + (a > b) > 1 and min(a, b) < high and max(a, b) > low
        }
        lanes[start, end] = next(lane for lane in range(len(ways)) if lane not in beside)
    return lanes


def _asides(definition: Definition) -> list[Aside]:
    ways: dict[tuple[str, ...], tuple[list[str], list[str]]] = {}
    for (source, target), triggers in _joins(definition, apart=True).items():
        sources, targets = ways.setdefault(tuple(triggers), ([], []))
        if source not in sources:
            sources.append(source)
        if target not in targets:
            targets.append(target)
    return [Aside(triggers, tuple(sources), tuple(targets)) for triggers, (sources, targets) in ways.items()]
