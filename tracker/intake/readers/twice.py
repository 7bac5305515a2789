"""A web page saved with its print view holds the document twice; it is read once."""

from __future__ import annotations

from collections.abc import Sequence

# A line of this many characters does not come twice in a document by chance.
_TELLING = 30
# The copy has to be about half of the whole: a sentence quoted again is no copy.
_SHARE = 0.35


def second_copy(lines: Sequence[str]) -> range | None:
    """The indices of ``lines`` that say again what stands above them; None where the document stands there once."""
    keys = ["".join(line.split()) for line in lines]
    total = sum(map(len, keys))
    first: dict[str, int] = {}
    pairs: list[tuple[int, int]] = []
    for index, key in enumerate(keys):
        if len(key) < _TELLING:
            continue
        if key in first:
            pairs.append((first[key], index))
        else:
            first[key] = index
    if not pairs or sum(len(keys[again]) for _, again in pairs) < _SHARE * total:
        return None
    start, stop = pairs[0][1], pairs[-1][1]
    if any(above >= start for above, _ in pairs):
        return None
    above = pairs[0][0]
    while above and start - 1 > pairs[-1][0] and keys[above - 1] == keys[start - 1]:
        above, start = above - 1, start - 1
    above = pairs[-1][0]
    while stop + 1 < len(keys) and above + 1 < start and keys[above + 1] == keys[stop + 1]:
        above, stop = above + 1, stop + 1
    return range(start, stop + 1)
