"""Reads the five plan documents of this folder, for the tests alone.

A second pair of eyes for seed_tasks/: it knows these five texts and nothing else, shares no code with the product and
imports none of it.  One function a document, each written from the look of its text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
DIGITS = "一二三四五六七八九十"


@dataclass(frozen=True)
class Task:
    """A key task as printed; ``line`` counts from 1."""

    ref: str
    number: str
    section: str | None
    text: str
    line: int
    leads: tuple[str, ...] = ()
    supports: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A row of the table of indicators; ``target`` keeps its sign, white space and the per cent sign are out."""

    name: str
    unit: str | None
    baseline: str
    target: str
    kind: str


@dataclass
class Document:
    """What one document prints."""

    text: str
    tasks: list[Task]
    rows: list[Row] = field(default_factory=list)
    projects: list[tuple[str, str, str]] = field(default_factory=list)

    def says(self, quotation: str) -> bool:
        """Whether the document holds the words, wherever the capture broke its lines."""
        return squeeze(quotation) in squeeze(self.text)


def read(slug: str) -> Document:
    """The document of one plan, by its slug."""
    text = (FOLDER / f"{slug}.txt").read_text(encoding="utf-8")
    return {"shaoguan": shaoguan, "tongxin": tongxin, "jiangmen": jiangmen, "yulin": yulin, "baise": baise}[slug](text)


def squeeze(text: str) -> str:
    """``text`` without any white space."""
    return "".join(text.split())


def between(text: str, first: str, last: str) -> tuple[str, int]:
    """The part after the last ``first`` that has a ``last`` behind it, and the line on which that part begins."""
    end = text.index(last) if last else len(text)
    start = text.rindex(first, 0, end) + len(first)
    return text[start:end], text.count("\n", 0, start) + 1


def names(cell: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names in a cell of units in order, and those with 等 behind them; 、 in brackets belongs to a name."""
    found = re.findall(r"(?:（[^）]*）|[^、，（）\s])+", cell)
    return tuple(name.removesuffix("等") for name in found), tuple(name[:-1] for name in found if name.endswith("等"))


def row(name: str, baseline: str, target: str, kind: str) -> Row:
    """A row of indicators from its four printed cells."""
    name, baseline, target = squeeze(name), squeeze(baseline), squeeze(target)
    bare = re.fullmatch(r"(.+?)[（(](.+?)[）)]", name)
    unit = bare[2] if bare else "%" if "%" in baseline + target else None
    plain = [cell.replace("＞", ">").rstrip("%％").strip("—-") for cell in (baseline, target)]
    return Row(bare[1] if bare else name, unit, plain[0], plain[1], kind)


def shaoguan(text: str) -> Document:
    """One cell a line behind a tab; the header comes again every ten rows; lead units on lines of their own."""
    annex, first = between(text, "\n重点任务分工表\n", "\n公开方式")
    tasks = []
    for found in re.finditer(r"^\t(\d+)\n\t(.+)\n\t([^\t]+)\n\t(.+)$", annex, re.MULTILINE):
        number, words, leading, supporting = found.groups()
        leads, more = names(leading)
        supports, others = names(supporting)
        line = first + annex.count("\n", 0, found.start())
        tasks.append(Task(number, number, None, words.strip(), line, leads, supports, more + others))
    table, _ = between(text, "“十四五”全市残疾人保障和发展主要指标", "\n第三章  主要任务")
    rows = re.findall(r"\t\d+．(.+)\n\t(.+)\n\t(.+)\n\t(.+)\n", table)
    return Document(text, tasks, [row(*cells) for cells in rows])


def tongxin(text: str) -> Document:
    """Sections （一）, tasks behind a number; at the end of a section a box (专栏) with numbered projects."""
    body, first = between(text, "三、重点任务\n", "四、实施保障")
    tasks, projects = [], []
    section, box, group = "", "", ""
    ordinal = 0
    for offset, printed in enumerate(body.split("\n")):
        line = re.sub(r"\[bookmark: \w+\]", "", printed).strip()
        numbered = re.match(r"(\d+)[.．]\s*", line)
        if line.startswith(f"（{DIGITS[ordinal]}）"):
            section, box, ordinal = line[3:], "", ordinal + 1
        elif line.startswith("专栏"):
            box, group = line, ""
        elif box and line[1:2] == "、" and line[0] in DIGITS:
            group = f" {line}"
        elif numbered and box:
            projects.append((box + group, numbered[1], line[numbered.end() :]))
        elif numbered:
            ref = f"{ordinal}-{numbered[1]}"
            tasks.append(Task(ref, numbered[1], section, line[numbered.end() :], first + offset))
    table, _ = between(text, "同心县“十四五”残疾人保障和发展规划主要指标", "[bookmark: _Toc28689]")
    rows = []
    for block in re.split(r"\n\t\d+\.\n", table)[1:]:
        name, baseline, *rest = block.split("\n")
        kind = "约束性" if "约束性" in block else "预期性"
        target = "" if kind in rest[0] else rest[0]
        rows.append(row(name, baseline, target, kind))
    return Document(text, tasks, rows, projects)


def jiangmen(text: str) -> Document:
    """Rows with tabs, one column of units; the footnote says how many of them lead."""
    annex, first = between(text, "\n重点工作任务分工表\n", "\n关键词注释\n\n1.")
    footnote = re.search(r"备注：第([\d、]+)项责任单位中列第一、二位的为牵头单位，其余项责任单位中列第一位的", annex)
    assert footnote, "the footnote that says who leads"
    pairs = footnote[1].split("、")
    tasks = []
    for found in re.finditer(r"^(\d+)\t(.+)\t(.+)$", annex, re.MULTILINE):
        units, others = names(found[3])
        leading = 2 if found[1] in pairs else 1
        line = first + annex.count("\n", 0, found.start())
        tasks.append(Task(found[1], found[1], None, found[2], line, units[:leading], units[leading:], others))
    rows = re.findall(r"^\d+\.([^\t\n]+)\t([^\t\n]+)\t([^\t\n]+)\t(预期性|约束性)$", text, re.MULTILINE)
    return Document(text, tasks, [row(*cells) for cells in rows], jiangmen_projects(text))


def jiangmen_projects(text: str) -> list[tuple[str, str, str]]:
    """The boxes 3 to 10.  A project has a colon behind its name, a heading of the text below has none."""
    body = text[text.index("\n专栏3：") : text.index("\n四、保障措施\n\n")]
    projects = []
    box = group = ""
    for printed in body.split("\n"):
        line = printed.replace("**", "").removeprefix("- ").strip()
        if line.startswith("专栏"):
            box, group = line, ""
        elif re.fullmatch(r"[一二]、..类", line) or line == "（一）强化基层残疾人组织建设":
            group = f" {line}"
        elif found := re.match(r"(\d+)\. ?([^。]{2,25}?[：:].+)$", line):
            projects.append((box + group, found[1], found[2]))
        elif found := re.match(r"（([二三])）(.{2,15}：.+)$", line):
            projects.append((box, found[1], found[2]))
    return projects


def yulin(text: str) -> Document:
    """Units in brackets behind each task, half-width; the text stands twice and the first is read."""
    body, first = between(text[: text.index("文件下载")], "\n三、主要任务\n", "\n四、组织实施")
    tasks = []
    ordinal, section = 0, ""
    for offset, line in enumerate(body.split("\n")):
        if line.startswith("("):
            ordinal, section = ordinal + 1, line[3:].rstrip("。")
        elif line:
            words, _, units = line.rpartition("(牵头单位:")
            number, _, words = words.partition(".")
            leading, _, supporting = units.removesuffix(")").partition(";配合单位:")
            leads, more = names(leading)
            supports, others = names(supporting)
            ref = f"{ordinal}-{number}"
            tasks.append(Task(ref, number, section, words, first + offset, leads, supports, more + others))
    return Document(text, tasks)


def baise(text: str) -> Document:
    """Headings with # marks or without; the capture broke paragraphs and two rows of the table."""
    body, first = between(text, "### 三、主要任务\n", "\n#### 四、组织实施")
    body = re.sub(r"^#+ ", "", body, flags=re.MULTILINE)
    tasks = []
    for ordinal, part in enumerate(re.split(r"^(?=[（(][一二三四五六七][）)])", body, flags=re.MULTILINE)):
        heading = re.match(r"[（(].[）)] ?(.+)。\n", part)
        if not heading:
            assert not part.strip()
            continue
        for found in re.finditer(r"^(\d+)\. ((?:.|\n)+?)(?=\n\d+\. |\Z)", part, re.MULTILINE):
            before = body[: body.index(part) + found.start()]
            words = found[2].replace("\n", "")
            tasks.append(Task(f"{ordinal}-{found[1]}", found[1], heading[1], words, first + before.count("\n")))
    table, _ = between(text, "\t2020年\t2025年\t属性\n", "\n### 三、主要任务")
    cells: list[list[str]] = []
    for line in filter(None, table.split("\n")):
        *_, name, baseline, target, kind = line.split("\t")
        if squeeze(kind) == "期性":
            cells[-1] = [above + below for above, below in zip(cells[-1], (name, baseline, target, ""), strict=True)]
        else:
            cells.append([re.sub(r"^\d+\.", "", name), baseline, target, squeeze(kind)])
    return Document(text, tasks, [row(*line) for line in cells])


def figures(words: str) -> list[tuple[str, int, str]]:
    """The numbers that a task's text states as to be reached, in order: comparator, value, unit."""
    found = re.finditer(
        r"(?P<over>超过|高于)(?P<a>\d+)%"
        r"|(?:率达|不低于) ?(?P<b>\d+)%"
        r"|(?P<c>\d+)%以上县"
        r"|至少(?:有|安排|建成|建立|培育建立)? ?(?P<d>\d+|一) ?(?P<unit>[个名人])"
        r"|改造(?P<e>\d+)(?P<homes>户)"
        r"|建[有设](?P<f>\d+|一)(?P<houses>所)",
        words,
    )
    stated = []
    for match in found:
        groups = match.groupdict()
        value = next(groups[key] for key in "abcdef" if groups[key])
        unit = groups["unit"] or groups["homes"] or groups["houses"] or "%"
        stated.append((">" if groups["over"] else ">=", 1 if value == "一" else int(value), unit))
    return stated
