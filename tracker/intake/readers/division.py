"""Divides lines, each one cell of a table or a part of one, into rows and columns: the best of all ways (Viterbi).

Every line is weighed as a cell of every column (``fitting``), as one more line of the cell above, as a row across the
table, or as the first line that is not the table's; tabs, empty lines and rising numbers weigh in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from .fitting import ABSENT, evidence, unit_share
from .numbering import chain, count_on, next_number
from .vocabulary import Column
from .wrapping import CLOSED, FRESH

_ACROSS = re.compile(r"[一二三四五六七八九十]+、|[（(][一二三四五六七八九十]+[）)]|第[一二三四五六七八九十]+[章节部类]")


@dataclass(frozen=True, slots=True)
class Token:
    """One line: its text, its number, whether a tab marks it as a new cell, how many empty lines stand above it."""

    text: str
    line: int
    tab: bool
    gap: int


@dataclass(frozen=True, slots=True)
class Step:
    """Where a token stands: a column, ``ACROSS`` or ``OUT``; and whether it begins a row or a cell."""

    at: int
    row: bool
    cell: bool


ACROSS, OUT, NONE = -1, -2, -3


class Weigher:
    """Weighs every division of the tokens into rows and cells, and finds the best."""

    def __init__(self, tokens: Sequence[Token], kinds: Sequence[Column], words: Sequence[Token]) -> None:
        self.tokens, self.kinds = tokens, kinds
        self.tabbed = sum(token.tab for token in tokens[:60]) >= 0.6 * len(tokens[:60])
        usual = sorted(token.gap for token in tokens)[len(tokens) // 2]
        self.wide = [token.gap > usual for token in tokens]
        marked = [token.gap > usual for token in tokens if token.tab or not self.tabbed]
        self.spaced = len(tokens) > 2 and 0.04 <= sum(marked) / max(1, len(marked)) <= 0.6
        texts = [token.text for token in tokens]
        alone = chain(texts, leading=False) if Column.NUMBER in kinds else {}
        joint = chain(texts, leading=False, joint=True) if Column.NUMBER in kinds else {}
        if len(joint) > max(2, len(alone)) and count_on([texts[at] for at in sorted(joint)]):
            alone = joint
        self.chain = alone if len(alone) >= 2 else chain(texts, leading=True)
        self.numbered = len(self.chain) >= 2
        self.telling = [at for at, kind in enumerate(kinds) if kind in (Column.NAME, Column.TEXT)]
        self.carriers = [kinds.index(Column.NUMBER)] if self.chain is alone else self.telling
        self.carrier = self.carriers[0] if self.carriers else 0
        cost = []
        seen: set[Column] = set()
        for at, kind in enumerate(kinds):
            absent = ABSENT[kind]
            if kind is Column.NUMBER and self.numbered and at in self.carriers:
                absent = 4.0
            if kind is Column.UNITS and kind not in seen:
                absent = 3.0
            seen.add(kind)
            cost.append(absent)
        self.skipped = [0.0, *accumulate(cost)]
        self.again = self._repeated([re.sub(r"\s", "", word.text) for word in words])

    def _repeated(self, words: Sequence[str]) -> dict[int, int]:
        """The tokens of a header that was printed again, each with its column."""
        texts = [re.sub(r"\s", "", token.text) for token in self.tokens]
        again: dict[int, int] = {}
        for index in range(len(texts) - len(words) + 1):
            if texts[index : index + len(words)] == list(words):
                again.update({index + at: at for at in range(len(words))})
        return again

    def best(self) -> list[Step]:
        """The best place of every token."""
        count = len(self.kinds)
        states = [*range(count), ACROSS, OUT]
        scores: dict[int, float] = {NONE: 0.0}
        trail: list[dict[int, tuple[int, Step]]] = []
        for index in range(len(self.tokens)):
            after: dict[int, float] = {}
            how: dict[int, tuple[int, Step]] = {}
            for at in states:
                own = self._own(index, at)
                for before, score in scores.items():
                    if before == OUT and at != OUT:
                        continue
                    move, step = self._move(index, before, at)
                    if at not in after or score + own + move > after[at]:
                        after[at], how[at] = score + own + move, (before, step)
            scores = after
            trail.append(how)
        at = max(scores, key=lambda state: scores[state] - self._rest(state))
        steps: list[Step] = []
        for how in reversed(trail):
            before, step = how[at]
            steps.append(step)
            at = before
        return steps[::-1]

    def _rest(self, at: int) -> float:
        """What it costs to leave a row behind column ``at``."""
        return self.skipped[-1] - self.skipped[at + 1] if at >= 0 else 0.0

    def _own(self, index: int, at: int) -> float:
        token = self.tokens[index]
        if index in self.again:
            return 20.0 if at == self.again[index] else -20.0
        if at == OUT:
            return 0.0
        if at == ACROSS:
            return self._across(index)
        kind = self.kinds[at]
        if index in self.chain and self.numbered:
            if at in self.carriers:
                return 6.0 if kind is Column.NUMBER else 1.5 + evidence(token.text, kind)
            if kind is not Column.VALUE:
                return -4.0
        elif kind is Column.NUMBER and self.numbered and token.text and at in self.carriers:
            return -8.0
        return evidence(token.text, kind)

    def _across(self, index: int) -> float:
        text = self.tokens[index].text
        if not text or index in self.chain or len(text) > 40:
            return -8.0
        score = 2.0 if _ACROSS.match(text) else 0.3 if 3 < len(text) <= 20 else -1.5
        if Column.CATEGORY in self.kinds and not _ACROSS.match(text):
            score -= 1.0
        if re.search(r"[。；\d%]|、.*、", text) or unit_share(text) == 1.0:
            score -= 3.0
        after = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        if self.spaced and self.wide[index] and after and self.wide[index + 1]:
            score += 2.0
        if self.numbered and index + 1 in self.chain:
            score += 1.0
        return score

    def _move(self, index: int, before: int, at: int) -> tuple[float, Step]:
        """The best way from ``before``, the place of the token above, to ``at``."""
        if at in (ACROSS, OUT):
            inner = -3.0 if at == ACROSS and before >= 0 and self.spaced and not self.wide[index] else 0.0
            return inner - self._rest(before), Step(at, row=True, cell=True)
        fresh = -self._rest(before) - self.skipped[at] + self._boundary(index)
        options = [(fresh, Step(at, row=True, cell=True))]
        if before >= 0 and at > before:
            inner = self._inner(index, at) - (self.skipped[at] - self.skipped[before + 1])
            options.append((inner, Step(at, row=False, cell=True)))
        if before == at:
            options.append((self._more(index, at), Step(at, row=False, cell=False)))
        return max(options, key=lambda option: option[0])

    def _boundary(self, index: int) -> float:
        """What speaks for a new row at a token."""
        if index == 0:
            return 0.0
        token = self.tokens[index]
        score = (2.0 if self.wide[index] else -2.0) if self.spaced else 0.0
        if self.tabbed and not token.tab:
            score -= 6.0
        if self.numbered and self.carrier == 0:
            score += 1.0 if index in self.chain else -1.0
        return score

    def _inner(self, index: int, at: int) -> float:
        """What speaks for a new cell of the same row at a token."""
        token = self.tokens[index]
        score = -1.5 if self.spaced and self.wide[index] else 0.0
        if self.tabbed and not token.tab:
            score -= 6.0
        if index in self.chain and Column.NUMBER in [self.kinds[carrier] for carrier in self.carriers]:
            score -= 4.0 if at != self.carrier else 0.0
        return score

    def _more(self, index: int, at: int) -> float:
        """What speaks for one more line of the cell above."""
        token, above, kind = self.tokens[index], self.tokens[index - 1], self.kinds[at]
        if self.tabbed:
            return 3.0 if not token.tab else -6.0
        if kind in (Column.NUMBER, Column.VALUE, Column.KIND, Column.MEASURE):
            return -8.0
        if index in self.chain:
            return -8.0 if len(self.telling) < 2 else -1.5
        if kind is Column.TEXT and next_number(above.text, token.text):
            return -0.5
        if kind is Column.TEXT:
            return -2.5 if above.text[-1:] in CLOSED or FRESH.match(token.text) else -0.3
        if kind is Column.UNITS:
            if above.text[-1:] in "、，,;；" or token.text[:1] in "、，,;；":
                return 2.0
            first = -0.4 if at != self.kinds.index(kind) else -0.9
            return first if "、" not in above.text and "、" not in token.text else first - 0.6
        return -1.0
