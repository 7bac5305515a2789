"""A plan that numbers its tasks and names no unit for them: the items of its chapter of main tasks, none from prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tracker.i18n import N_

from .assembling import address, draft_task, words_of
from .blocks import Document, Doubt
from .context import Context, Division
from .outline import Item, is_title, outline, paragraphs

TASKS = re.compile(
    r"(?:主要|重点|工作|具体|核心|战略|发展|建设|目标|中心)(?:目标)?(?:工作)?(?:任务|举措|措施|行动|工作)|任务(?:举措|措施|分工)|"
    r"(?:实施|工作|主要|建设)内容|(?:工作|建设|发展)重点|重点(?:领域|内容)|行动(?:内容|任务)"
)
NO_TASKS = re.compile(
    r"基础|现状|背景|形势|回顾|环境|成效|问题|挑战|机遇|总体(?:要求|思路|部署)|指导思想|原则|(?:发展|主要|总体|工作|具体|阶段)目标|"
    r"指标|保障(?:措施|机制|条件|体系)?$|(?:组织|实施|政策|要素)保障|保障措施|组织(?:实施|领导)|规划实施|实施机制|工作要求|有关要求|"
    r"监测评估|考核|附则|附件|附表|附录|名词解释|编制说明|适用范围|工作机制$|职责分工|工作步骤|实施步骤|进度安排|时间安排|序言|前言"
)
_below_tasks = frozenset({"arabic_brackets", "arabic_bracket", "circle"})


def read_undivided(document: Document, context: Context) -> Division | None:
    """The numbered tasks in the sections of the main chapter, without units; None where there is no such chapter."""
    root = outline(paragraphs(document))
    chapters, doubts = _chapters(root)
    items = [item for chapter in chapters for item in _tasks_in(chapter)]
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
    others = [
        item for item in root.children if not NO_TASKS.search(item.title) and item.children and is_title(item.text)
    ]
    if len(root.children) < 3 or not others:
        return [], []
    message = N_("No chapter is called main tasks: the numbered items of the other chapters were read as tasks.")
    return others, [Doubt(others[0].para.line, message)]


def _tasks_in(chapter: Item) -> Iterator[Item]:
    """The items on the level of tasks: down through those that are titles over numbered items of their own."""
    level = chapter.children
    deeper = [item for item in level if _holds_tasks(item)]
    if 2 * len(deeper) < len(level):
        yield from (item for item in level if _says_something(item))
        return
    for item in level:
        if _holds_tasks(item):
            yield from _tasks_in(item)
        elif _says_something(item) and not NO_TASKS.search(item.title):
            yield item


def _holds_tasks(item: Item) -> bool:
    """Whether ``item`` is a section: a title with numbered items, which are more than the points of one task."""
    if not item.children or not is_title(item.text):
        return False
    points = item.children[0].kind in _below_tasks
    return not points or not item.lines


def _says_something(item: Item) -> bool:
    return bool(item.text)
