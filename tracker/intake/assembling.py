"""Items of the outline become key tasks: their words, their section, their address within the plan."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence

from .context import Context
from .deadlines import read_deadline
from .draft import DraftTask
from .numbered import title_of
from .outline import Item
from .targets import read_targets

_no_section = re.compile(
    r"(?:主要|重点|工作|具体|核心|目标|年度|今年|“?十[三四五]五”?|时期|实施|推进|[和与及、的])*(?:任务|工作|举措|措施|行动|内容|领域)+"
    r"(?:(?:和|与|及|、)(?:主要|重点|工作|具体|保障)*(?:任务|举措|措施|分工|要求|行动))?"
)
_ended = re.compile(r"[。；;：:！!？?，,、…”）)]$")


def words_of(item: Item, tasks: Container[int] = ()) -> str:
    """What ``item`` says, word for word without its number, with all below it that is no task of its own.

    ``tasks`` holds the ``id`` of the items that are tasks.
    """
    text = ""
    for part in _parts(item, tasks, own=True):
        text += f"\n{part}" if text and not _ended.search(text) else part
    return text


def _parts(item: Item, tasks: Container[int], *, own: bool) -> Iterator[str]:
    if words := (item.text if own else item.para.text):
        yield words
    yield from (para.text for para in item.lines if para.text)
    for child in item.children:
        if id(child) not in tasks:
            yield from _parts(child, tasks, own=False)


def section_of(item: Item) -> str | None:
    """The title of what ``item`` stands in, without number and full stop; a chapter called tasks names no section."""
    title = next((title_of(above.text) for above in item.above() if above.text), None)
    return None if title is None or _no_section.fullmatch(title) else title


def draft_task(item: Item, text: str, context: Context, time: str | None = None) -> DraftTask:
    """A task without units; ``time`` is what a marker says of its deadline, else its own words are asked.

    The doubts about the deadline are left to the caller (``read_deadline`` gives the same again).
    """
    deadline = read_deadline(time or text, context.period, told=time is not None)
    return DraftTask(
        number=item.number or str(item.ordinal),
        text=text,
        source_line=item.para.line,
        section=section_of(item),
        deadline=deadline.day,
        deadline_words=deadline.words if time else None,
        targets=read_targets(text),
    )


def address(tasks: Sequence[DraftTask], items: Sequence[Item]) -> None:
    """Gives each task its ref: its number where that is unique in the plan, else as many numbers above it as needed."""
    paths = [_path(item) for item in items]
    for length in range(1, max(map(len, paths), default=0) + 1):
        refs = ["-".join(path[-length:]) for path in paths]
        if len(set(refs)) == len(refs):
            break
    seen: Counter[str] = Counter()
    for task, ref in zip(tasks, refs if tasks else [], strict=True):
        seen[ref] += 1
        task.ref = ref if seen[ref] == 1 else f"{ref}.{seen[ref]}"


def _path(item: Item) -> list[str]:
    own = item.number if item.kind.startswith("decimal") else str(item.ordinal)
    return [*(str(above.ordinal) for above in reversed(list(item.above()))), own]
