"""What stands around a division, in the marks of ``before`` and ``after``, for every kind of file.

``^`` a title in the middle, ``=`` a document number in the middle, ``>`` a line to the right, ``#`` and ``##``
headings, ``@indicators`` the table of indicators, ``@glossary`` a table of terms, ``@contents`` the table of contents;
all else is a paragraph.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from . import word
from .truth import Truth

GLOSSARY = [
    ["术语", "释义"],
    ["一数一源", "一项数据由一个责任部门采集、更新，其他部门共享使用。"],
    ["一件事", "由牵头单位统一受理、各部门协同办理的集成服务。"],
    ["免申即享", "符合条件的企业免予申报、直接享受政策。"],
]
HEADERS = ["序号", "指标", "单位", "2020年", "2025年", "属性"]


def marked(truth: Truth, part: str) -> Iterator[tuple[str, str]]:
    """(mark, text) of every line."""
    for line in truth.lines(part):
        mark = next((sign for sign in ("##", "#", "^", "=", ">", "@") if line.startswith(sign)), "")
        yield mark, line[len(mark) :].strip()


def indicator_rows(truth: Truth) -> list[list[str]]:
    """The table of indicators with its header, as most plans print it."""
    signs = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "=": ""}
    rows = [HEADERS]
    for number, (name, unit, baseline, comparator, target, kind) in enumerate(truth.data["indicators"], 1):
        rows.append([str(number), name, unit or "", baseline or "", signs[comparator] + target, kind or "—"])
    return rows


def tabular(truth: Truth, name: str) -> list[list[str]]:
    """The rows of the table that ``@name`` asks for."""
    return indicator_rows(truth) if name == "indicators" else GLOSSARY


def contents(truth: Truth) -> list[str]:
    """Every heading with the page on which it may stand."""
    headings = [text for mark, text in marked(truth, "before") if mark in ("#", "##")]
    headings += [section.printed for section in truth.sections if section.title and not truth.data.get("table")]
    headings += [text for mark, text in marked(truth, "after") if mark in ("#", "##")]
    return [f"{text}{'.' * 24}{page}" for page, text in enumerate(headings, 1)]


def as_word(truth: Truth, part: str) -> Iterator[str]:
    styles = {"#": ("1", None), "##": ("2", None), "^": (None, "center"), "=": (None, "center"), ">": (None, "right")}
    for mark, text in marked(truth, part):
        if text == "contents":
            yield word.paragraph("目　录", None, align="center")
            yield from (word.paragraph(line, "TOC1") for line in contents(truth))
            yield word.page_break()
        elif mark == "@":
            rows = tabular(truth, text)
            yield word.table(len(rows[0]), [word.row(*(word.cell(cell) for cell in row)) for row in rows])
        else:
            style, align = styles.get(mark, (None, None))
            yield word.paragraph(text if mark else f"　　{text}", style, align=align)


def as_html(truth: Truth, part: str, *, plain: bool = False) -> Iterator[str]:
    """Paragraphs and headings; ``plain``: a page that marks up no heading."""
    tags = {"#": "h2", "##": "h3", "^": "h1"}
    for mark, text in marked(truth, part):
        if text == "contents":
            yield "<p style='text-align: center'>目　　录</p>"
            yield from (f"<p>{line}</p>" for line in contents(truth))
            yield "<div style='break-before: page'></div>"
        elif mark == "@":
            yield html_table(tabular(truth, text))
        elif mark in tags and not plain:
            yield f"<{tags[mark]}>{escape(text)}</{tags[mark]}>"
        elif mark in ("^", "=", ">"):
            side = "right" if mark == ">" else "center"
            yield f'<p style="text-align: {side}">{escape(text)}</p>'
        elif plain and mark:
            yield f"<p><strong>　　{escape(text)}</strong></p>"
        else:
            yield f"<p>　　{escape(text)}</p>"


def html_table(rows: list[list[str]], header: str = "th") -> str:
    """A table whose first row is its header; a line feed in a cell is a break."""
    lines = []
    for number, row in enumerate(rows):
        tag = header if number == 0 else "td"
        lines.append("<tr>" + "".join(f"<{tag}>{html_text(cell)}</{tag}>" for cell in row) + "</tr>")
    return "<table border='1'>\n" + "\n".join(lines) + "\n</table>"


def html_text(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def as_text(truth: Truth, part: str, *, markdown: bool = False) -> Iterator[str]:
    """Lines of a text file; Markdown keeps headings and a pipe table."""
    for mark, text in marked(truth, part):
        if text == "contents":
            yield from ("目录", *contents(truth))
        elif mark == "@" and markdown:
            yield pipe_table(tabular(truth, text))
        elif mark == "@":
            yield from ("\t".join(row) for row in tabular(truth, text))
        elif markdown:
            yield {"#": "## ", "##": "### ", "^": "# "}.get(mark, "") + text
        else:
            yield text


def pipe_table(rows: list[list[str]]) -> str:
    """A Markdown table; what breaks a line within a cell is <br>."""
    cells = [[cell.replace("\n", "<br>") for cell in row] for row in rows]
    rule = "|" + "|".join(" --- " for _ in rows[0]) + "|"
    lines = ["| " + " | ".join(row) + " |" for row in cells]
    return "\n".join([lines[0], rule, *lines[1:]])
