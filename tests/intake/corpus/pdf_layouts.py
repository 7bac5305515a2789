"""PDF files as Chromium prints them, one function a layout."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

from .prose import as_html, html_table
from .truth import Truth

CHROMIUM = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
STYLE = """@page { size: A4; margin: 22mm 20mm; @bottom-center { content: "— " counter(page) " —"; font-size: 10pt } }
body { font: 13pt/1.6 "Noto Sans CJK SC", sans-serif } h1 { text-align: center; font-size: 17pt } h2 { font-size: 14pt }
table { border-collapse: collapse; width: 100%; font-size: 10.5pt } td, th { border: 0.6pt solid #000; padding: 3pt }
thead { display: table-header-group } p { margin: 3pt 0 }"""


def printed(body: str, style: str = "") -> bytes:
    """Print a page; the dates that the printer writes into the file are taken out, so that it stays the same."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "page.html"), Path(folder, "page.pdf")
        head = f"<meta charset='utf-8'><style>{STYLE}{style}</style>"
        page = f"<html lang='zh-CN'><head>{head}</head><body>{body}</body></html>"
        source.write_text(page, encoding="utf-8")
        subprocess.run([*CHROMIUM, f"--print-to-pdf={target}", str(source)], check=True, capture_output=True)
        return re.sub(rb"\(D:\d{14}", b"(D:20220101000000", target.read_bytes())


def pdf_ruled_across_pages(truth: Truth) -> bytes:
    """A ruled table that runs over several pages, its header on each."""
    rows = [["序号", "重点任务", "牵头单位", "配合单位"]]
    rows += [[task.number, task.text, task.lead_cell(), task.support_cell()] for task in truth.tasks]
    table = html_table(rows).replace("<tr><th>", "<thead><tr><th>", 1).replace("</th></tr>", "</th></tr></thead>", 1)
    widths = "td:nth-child(1) { width: 8% } td:nth-child(2) { width: 42% } td:nth-child(3) { width: 20% } "
    widths += "tr { break-inside: avoid } td:nth-child(1) { text-align: center }"
    return printed("\n".join([*as_html(truth, "before"), table, *as_html(truth, "after")]), widths)


def pdf_cells_broken_over_pages(truth: Truth) -> bytes:
    """No header but the first; a row may begin on one page and end on the next."""
    rows = [["序号", "重点工作任务", "责任单位"]]
    rows += [[task.number, task.text, task.units_cell()] for task in truth.tasks]
    widths = "table { font-size: 13pt } td:nth-child(1) { width: 8% } td:nth-child(2) { width: 58% }"
    return printed("\n".join([*as_html(truth, "before"), html_table(rows, "td"), *as_html(truth, "after")]), widths)


def pdf_markers_over_lines(truth: Truth) -> bytes:
    """Running text: a marker behind each paragraph, broken where the line or the page ends; a head on every page."""
    parts = list(as_html(truth, "before"))
    for section in truth.sections:
        parts.append(f"<h3>{section.printed}</h3>")
        for task in section.tasks:
            marker = f"（牵头单位：{task.lead_cell()}；配合单位：{task.support_cell()}）"
            parts.append(f"<p>{task.number}.{task.text}{marker}</p>")
    style = '@page { @top-center { content: "桂岭省人民政府文件"; font-size: 9pt } } p { text-indent: 2em }'
    return printed("\n".join([*parts, *as_html(truth, "after")]), style)


def pdf_landscape_rowspans(truth: Truth) -> bytes:
    """A wide table: the category is merged over its rows, a leader in charge, a deadline."""
    headers = ("类别", "序号", "工作任务", "责任领导", "牵头单位", "配合单位", "完成时限")
    rows = ["<thead><tr>" + "".join(f"<th>{text}</th>" for text in headers) + "</tr></thead>"]
    for section in truth.sections:
        for position, task in enumerate(section.tasks):
            first = f"<td rowspan='{len(section.tasks)}'>{section.printed}</td>" if position == 0 else ""
            cells = (task.number, task.text, task.printed["remark"], task.lead_cell(), task.support_cell())
            rest = "".join(f"<td>{text}</td>" for text in (*cells, task.deadline_cell()))
            rows.append(f"<tr>{first}{rest}</tr>")
    table = f"<table>{''.join(rows)}</table>"
    return printed("\n".join([*as_html(truth, "before"), table]), "@page { size: A4 landscape }")


def pdf_undivided_with_contents(truth: Truth) -> bytes:
    """A table of contents first; numbered tasks without units."""
    parts = list(as_html(truth, "before"))
    for section in truth.sections:
        parts.append(f"<h3>{section.printed}</h3>")
        parts += [f"<p>　　{task.number}. {task.text}</p>" for task in section.tasks]
    return printed("\n".join([*parts, *as_html(truth, "after")]))


def pdf_units_on_own_line(truth: Truth) -> bytes:
    """Below each task a line with its units; who leads is said in the notice."""
    parts = list(as_html(truth, "before"))
    for section in truth.sections:
        parts.append(f"<p>　　{section.printed}</p>")
        for task in section.tasks:
            parts.append(f"<p>　　{task.number}. {task.text}</p><p>　　责任单位：{task.units_cell()}</p>")
    return printed("\n".join([*parts, *as_html(truth, "after")]))


LAYOUTS = (
    pdf_ruled_across_pages,
    pdf_cells_broken_over_pages,
    pdf_markers_over_lines,
    pdf_landscape_rowspans,
    pdf_undivided_with_contents,
    pdf_units_on_own_line,
)
