"""A plan that numbers its tasks and names no unit for them: the items of its chapter of main tasks, none from prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tracker.i18n import N_

from .assembling import address, draft_task, words_of
from .blocks import Document, Doubt
from .context import Context, Division
from .numbered import is_title
from .outline import Item, outline
from .paragraphs import paragraphs

TASKS = re.compile(
    r"(?:主要|重点|工作|具体|核心|战略|发展|建设|目标|中心)(?:目标)?(?:工作)?(?:任务|举措|措施|行动|工作)|任务(?:举措|措施|分工)|"
    r"(?:实施|工作|主要|建设)内容|(?:工作|建设|发展)重点|重点(?:领域|内容)|行动(?:内容|任务)"
)
NO_TASKS = re.compile(
    r"^(?:规划|编制|发展|工作|现实|现有|形势|面临|外部|宏观|主要|“?十[二三四]五”?|时期|和|与|的|、)*"
    r"(?:基础|现状|背景|形势|回顾|环境|成效|成就|情况|问题|挑战|机遇)(?:和|与|及|、|分析|形势|环境|问题|挑战)*$|存在的?问题|"
    r"总体(?:要求|思路|部署|目标)|指导思想|原则$|目标(?:和指标|愿景)?$|指标(?:体系)?$|"
    r"^(?:强化|加强|完善|健全|规划|组织|实施|政策|要素|工作|和|与)*保障(?:措施|机制|条件)?$|组织(?:实施|领导)|^规划实施|实施机制|"
    r"工作要求|有关要求|监测评估|考核评估|督导考核|附则|附件|附表|附录|名词解释|编制说明|适用范围|工作机制$|(?:工作|实施)步骤|"
    r"(?:进度|时间)安排|^序言|^前言"
)
"""Titles of what a plan says besides its tasks: where it starts from, what it aims at, how it is safeguarded."""

_fewest = 5
_below_tasks = frozenset({"arabic_brackets", "arabic_bracket", "circle"})


def read_undivided(document: Document, context: Context) -> Division | None:
    """The numbered tasks in the sections of the main chapter, without units; None where there is no such chapter."""
    root = outline(paragraphs(document))
    chapters, doubts = _chapters(root)
    within = [item for chapter in chapters for item in chapter.walk() if item is not chapter]
    sections = {kind for kind in {item.kind for item in within} if _are_sections(kind, within)}
    items = [item for chapter in chapters for item in _tasks_in(chapter, sections)]
    if not items:
        return None
    tasks = [draft_task(item, words_of(item), context) for item in items]
    address(tasks, items)
    return Division("undivided", tasks, doubts)


def _chapters(root: Item) -> tuple[list[Item], list[Doubt]]:
    """The chapters that hold tasks: those called so, else those between the aims and the safeguards."""
    for level in (root.children, [grandchild for child in root.children for grandchild in child.children]):
        named = [
            item for item in level if item.children and TASKS.search(item.title) and not NO_TASKS.search(item.title)
        ]
        if named:
            return named, []
    if len(root.children) >= _fewest and all(item.kind == "arabic" and not item.children for item in root.children):
        return [root], [Doubt(root.children[0].para.line, N_("The whole document was read as one list of tasks."))]
    others = [
        item for item in root.children if not NO_TASKS.search(item.title) and item.children and is_title(item.text)
    ]
    if len(root.children) < 3 or not others:
        return [], []
    message = N_("No chapter is called main tasks: the numbered items of the other chapters were read as tasks.")
    return others, [Doubt(others[0].para.line, message)]


def _are_sections(kind: str, within: list[Item]) -> bool:
    """Whether the items numbered in this way are sections: half of them are titles over numbered items."""
    like = [item for item in within if item.kind == kind]
    return 2 * sum(map(_holds_tasks, like)) >= len(like)


def _tasks_in(item: Item, sections: set[str]) -> Iterator[Item]:
    """The tasks below ``item``: items that are no section, and sections that hold no items."""
    for child in item.children:
        if child.kind in sections and _holds_tasks(child):
            yield from _tasks_in(child, sections)
        elif child.text:
            yield child


def _holds_tasks(item: Item) -> bool:
    """Whether ``item`` is a section: a title with numbered items, which are more than the points of one task."""
    if not item.children or not is_title(item.text):
        return False
    points = item.children[0].kind in _below_tasks
    return not points or not item.lines
