"""What the columns of a table of indicators mean, by the words of its header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .blocks import Table
from .context import Context
from .lines import squeeze
from .terms import five_years, span

_NAME = re.compile(
    r"指标(?!值|属性|性质|类型|类别|分类|目标|解释|说明|单位|来源|体系)|^(?:项目|名称|内容|发展指标|目标名称)$"
)
_CATEGORY = re.compile(r"类别|领域|分类|一级指标|维度|^方面$|^类型$|^分项$")
_UNIT = re.compile(r"^(?:计量|指标)?单位$")
_KIND = re.compile(r"属性|性质|^(?:指标)?类型$")
_YEAR = re.compile(r"(20\d\d)")
_BEFORE = re.compile(r"基期|基数|基准|基础|现状|实际|起点|末$")
_AFTER = re.compile(r"目标|规划值|预期(?!性)|计划值|到期|期末|指标值")
_DONE = re.compile(r"完成|实现|达成|执行情况|进展|结果")
_GROWTH = re.compile(r"年均|累计|增[长速幅]|五年")
_OTHER = re.compile(r"任务|措施|举措|牵头|责任(?:单位|部门)|配合")
KIND_CELL = re.compile(r"^[（(]?(?:约束|预期)性?(?:指标)?[）)]?$")
"""What stands in a column 属性."""

NUMBERED = re.compile(r"^(?:[（(]\d{1,2}[）)]|\d{1,2}\s*[.．、](?!\d)|[①-⑳])")
"""A number in front of a name: 1., （1）, ①."""


@dataclass(slots=True)
class Columns:
    """Where what stands in a table of indicators; ``end`` is the index behind its header."""

    name: int
    target: int
    end: int
    width: int
    baseline: int | None = None
    unit: int | None = None
    kind: int | None = None
    growth: int | None = None
    number: int | None = None


def find_columns(table: Table, context: Context) -> Columns | None:
    """The columns of a table of indicators, by the words of its header; None where it is another table."""
    for index in range(min(4, len(table.rows))):
        end = _header_end(table, index)
        heads = [
            "".join(dict.fromkeys(squeeze(row[c].text) for row in table.rows[index:end]))
            for c in range(len(table.rows[0]))
        ]
        if columns := _roles(heads, end, context):
            return columns
    return None


def _header_end(table: Table, index: int) -> int:
    """The row behind a header that may stand on two levels: cells merged down, or years below a merged 目标值."""
    end = index + 1
    while end < len(table.rows) and end < index + 3:
        above, row = table.rows[end - 1], table.rows[end]
        merged = any(row[c] is above[c] and row[c].text.strip() for c in range(len(row)))
        wide = any(above[c] is above[c + 1] for c in range(len(above) - 1))
        labels = [squeeze(cell.text) for c, cell in enumerate(row) if cell is not above[c]]
        years = any(re.match(r"^20\d\d年?", text) or _AFTER.search(text) or _BEFORE.search(text) for text in labels)
        is_data = any(NUMBERED.match(text) or KIND_CELL.match(text) for text in labels)
        if is_data or not (years and (merged or wide)):
            break
        end += 1
    return end


def _roles(heads: Sequence[str], end: int, context: Context) -> Columns | None:
    names = [c for c, head in enumerate(heads) if _NAME.search(head) and not _CATEGORY.search(head) and len(head) <= 16]
    if not names or any(_OTHER.search(head) and not _NAME.search(head) and "任务" in head for head in heads):
        return None
    name = names[-1]
    while name + 1 < len(heads) and heads[name + 1] == heads[name]:
        name += 1
    rest = [(c, head) for c, head in enumerate(heads) if c not in names]
    kind = next((c for c, head in rest if _KIND.search(head)), None)
    unit = next((c for c, head in rest if _UNIT.search(head)), None)
    growth = next((c for c, head in rest if _GROWTH.search(head) and not _YEAR.search(head)), None)
    figures = [
        (c, head)
        for c, head in rest
        if c not in (kind, unit, growth)
        and (_year(head) or _BEFORE.search(head) or _AFTER.search(head) or _DONE.search(head))
    ]
    target = _target(figures, context)
    if target is None and growth is not None:
        target, growth = growth, None
    if target is None or ("指标" not in heads[name] and kind is None):
        return None
    return Columns(
        name, target, end, len(heads), _baseline(figures, target, context), unit, kind, growth,
        next((c for c, head in rest if head in ("序号", "编号")), None),
    )  # fmt: skip


def _year(head: str) -> int | None:
    """The last year that a header names; “十三五”末 and “十四五”目标 name the last of their term."""
    years = [int(year) for year in _YEAR.findall(head)] or [term[1] for term in (five_years(head),) if term]
    return max(years) if years else None


def _target(figures: Sequence[tuple[int, str]], context: Context) -> int | None:
    """The column of the plan's last year, else of the last year that is printed, else the one that says 目标."""
    dated = [(year, c) for c, head in figures if (year := _year(head)) and not _DONE.search(head)]
    if context.period and (wanted := [c for year, c in dated if year == context.period[1]]):
        return wanted[-1]
    aims = [
        (c, head) for c, head in figures if _AFTER.search(head) and not _BEFORE.search(head) and not _DONE.search(head)
    ]
    undated = [c for c, head in aims if _year(head) is None]
    if undated:
        return undated[-1]
    return max(dated)[1] if dated else None


def _baseline(figures: Sequence[tuple[int, str]], target: int, context: Context) -> int | None:
    """The column that says 基期 or 现状, else the earliest year; none where every year of the term has a column."""
    others = [(c, head) for c, head in figures if c != target]
    for c, head in others:
        if _BEFORE.search(head) and not _AFTER.search(head):
            return c
    dated = sorted((year, c) for c, head in others if (year := _year(head)) and "目标" not in head)
    if not dated:
        return None
    within = context.period is not None and dated[0][0] >= context.period[0]
    return None if within and len(dated) > 1 else dated[0][1]


def is_past(table: Table, columns: Columns, caption: str, context: Context) -> bool:
    """Whether a table shows what an earlier term has reached: 完成情况, or a five-year plan before this one."""
    header = [squeeze(cell.text) for row in table.rows[: columns.end] for cell in row]
    year = _year(squeeze(table.rows[columns.end - 1][columns.target].text))
    if context.period and year is not None:
        return year < context.period[0]
    told = [text for text in (*header, squeeze(caption) if len(caption) <= 60 else "") if text]
    terms = [term for text in told if (term := five_years(text) or span(text))]
    if context.period and terms and max(terms)[1] < context.period[0]:
        return True
    return any(_DONE.search(text) for text in header if len(text) <= 10 and not _YEAR.search(text))
