"""Numbers that only the numbers around them explain: 3.12家企业 behind 2., a list 1. 2. within the fourth of many."""

from __future__ import annotations

from collections.abc import Sequence

Number = tuple[str, str, int, str]
"""The kind of a number, as printed, its value, and the text behind it (``numbered.number_of``)."""


def in_sequence(numbers: Sequence[Number | None]) -> list[Number | None]:
    """``numbers``, those of consecutive lines (None for a line without), each as its neighbours show it to be meant."""
    return _nested(_parted(numbers))


def _parted(numbers: Sequence[Number | None]) -> list[Number | None]:
    """3.12 behind 2. is the number 3 and a text that begins with 12, unless decimals lead up to it."""
    found: list[Number | None] = []
    arabic, decimal = 0, ""
    for number in numbers:
        if number and number[0] == "decimal1":
            first, _, last = number[1].partition(".")
            if last and last != "1" and int(first) == arabic + 1 > 1 and decimal != f"{first}.{int(last) - 1}":
                number = ("arabic", first, int(first), f"{last}{number[3]}")
            else:
                decimal = number[1]
        if number and number[0] == "arabic":
            arabic = number[2]
        elif number and not number[0].startswith("decimal"):
            arabic, decimal = (arabic, decimal) if number[0] in _POINTS else (arabic, "")
        found.append(number)
    return found


_POINTS = ("arabic_brackets", "arabic_bracket", "circle")


def _nested(numbers: Sequence[Number | None]) -> list[Number | None]:
    """A list 1. 2. between 4. and 5. holds points of the fourth."""
    found = list(numbers)
    places = [place for place, number in enumerate(numbers) if number]
    for at, place in enumerate(places[1:], 1):
        above, own = numbers[places[at - 1]], numbers[place]
        if above is None or own is None or not (above[0] == own[0] == "arabic" and own[2] == 1 < above[2]):
            continue
        run = _run(numbers, places[at:])
        after = places[at + len(run) : at + len(run) + 1]
        following = numbers[after[0]] if after else None
        if following and following[0] == "arabic" and following[2] == above[2] + 1 and len(run) != above[2]:
            for inner in run:
                point = numbers[inner]
                found[inner] = ("arabic_brackets", *point[1:]) if point else None
    return found


def _run(numbers: Sequence[Number | None], places: Sequence[int]) -> list[int]:
    """The places of the numbers 1., 2., … that follow each other from the first of ``places`` on."""
    run: list[int] = []
    for place in places:
        number = numbers[place]
        if number is None or number[0] != "arabic" or number[2] != len(run) + 1:
            break
        run.append(place)
    return run
