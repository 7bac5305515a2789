"""Every truth in layouts that are not its own: the same words as another office might have set them.

A layout takes a truth and gives the name and the bytes of a file.  It prints names and texts plainly, without what the
document of the corpus does with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from . import word
from .prose import as_html, as_text, as_word, html_table, pipe_table
from .text_more_layouts import WIDTH
from .truth import Task, Truth

File = tuple[str, bytes]
Layout = Callable[[Truth], File]


def _lead(task: Task) -> str:
    return "、".join(task.leads)


def _support(task: Task) -> str:
    return "、".join(task.supports)


def _rows(truth: Truth, *, sections: bool = False) -> Iterator[list[str]]:
    yield ["序号", "重点任务", "牵头单位", "配合单位"]
    for section in truth.sections:
        if sections and section.title:
            yield [section.printed]
        for task in section.tasks:
            yield [task.number, task.text, _lead(task), _support(task)]


def _single(task: Task) -> str:
    return "，".join(filter(None, (_lead(task), _support(task))))


def docx_table(truth: Truth) -> File:
    rows = [
        word.row(*(word.cell(text, span=4 if len(cells) == 1 else 1) for text in cells))
        for cells in _rows(truth, sections=True)
    ]
    return "a.docx", word.build([*as_word(truth, "before"), word.table(4, rows), *as_word(truth, "after")])


def html_plain(truth: Truth) -> File:
    parts = [*as_html(truth, "before", plain=True), html_table(list(_rows(truth)), "td"), *as_html(truth, "after")]
    return "a.html", f"<html><body>{''.join(parts)}</body></html>".encode()


def tabs(truth: Truth) -> File:
    return _text(truth, ("\t".join(cells) for cells in _rows(truth)))


def tabs_one_column(truth: Truth) -> File:
    rows = ["序号\t工作任务\t责任单位", *(f"{task.number}\t{task.text}\t{_single(task)}" for task in truth.tasks)]
    return _text(truth, [*rows, "备注：逗号前为牵头单位，逗号后为配合单位。"])


def a_cell_a_line(truth: Truth) -> File:
    return _text(truth, (text for cells in _rows(truth) for text in cells if text))


def a_cell_a_line_behind_tabs(truth: Truth) -> File:
    return _text(truth, (f"\t{text}" for cells in _rows(truth) for text in cells))


def a_cell_a_line_between_blanks(truth: Truth) -> File:
    return _text(truth, (f"{text}\n" for cells in _rows(truth) for text in cells if text))


def spaces(truth: Truth) -> File:
    return _text(truth, ("    ".join(text or "无" for text in cells) for cells in _rows(truth)))


def pipes(truth: Truth) -> File:
    table = pipe_table(list(_rows(truth)))
    parts = [*as_text(truth, "before", markdown=True), table, *as_text(truth, "after", markdown=True)]
    return "a.md", "\n\n".join(parts).encode()


def markers(truth: Truth) -> File:
    return _text(truth, _inline(truth, lambda task: f"（牵头单位：{_lead(task)}{_second(task, '；配合单位：')}）"))


def markers_half_width(truth: Truth) -> File:
    return _text(truth, _inline(truth, lambda task: f"(牵头单位:{_lead(task)}{_second(task, ';配合单位:')})"))


def markers_in_words(truth: Truth) -> File:
    return _text(truth, _inline(truth, lambda task: f"（{_lead(task)}牵头{_second(task, '，', '配合')}）"))


def markers_without_brackets(truth: Truth) -> File:
    def marker(task: Task) -> str:
        return f"责任单位：{_lead(task)}{_second(task, '；配合单位：')}。"

    return _text(truth, _inline(truth, marker))


def markers_below(truth: Truth) -> File:
    return _text(
        truth, _inline(truth, lambda task: f"\n牵头单位：{_lead(task)}{_second(task, chr(10) + '配合单位：')}")
    )


def markers_broken_by_the_page(truth: Truth) -> File:
    _, data = markers(truth)
    lines = []
    for paragraph in data.decode().split("\n"):
        text = f"　　{paragraph}"
        lines += [text[start : start + WIDTH] for start in range(0, len(text), WIDTH)]
    return "a.txt", "\n".join(lines).encode()


def _second(task: Task, before: str, after: str = "") -> str:
    return f"{before}{_support(task)}{after}" if task.supports else ""


def _inline(truth: Truth, marker: Callable[[Task], str]) -> Iterator[str]:
    for section in truth.sections:
        yield from [section.printed] if section.title else []
        yield from (f"{task.number}.{task.text}{marker(task)}" for task in section.tasks)


def _text(truth: Truth, lines: Iterable[str]) -> File:

    return "a.txt", "\n".join([*as_text(truth, "before"), *lines, *as_text(truth, "after")]).encode()


TABLES = (
    docx_table,
    html_plain,
    tabs,
    tabs_one_column,
    a_cell_a_line,
    a_cell_a_line_behind_tabs,
    a_cell_a_line_between_blanks,
    spaces,
    pipes,
)
INLINE = (
    markers,
    markers_half_width,
    markers_in_words,
    markers_without_brackets,
    markers_below,
    markers_broken_by_the_page,
)
