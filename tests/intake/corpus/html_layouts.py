"""Web pages, one function a layout."""

from __future__ import annotations

from html import escape

from .prose import as_html, html_table
from .truth import Truth

FURNITURE_ABOVE = """<div class="top"><a href="/">设为首页</a> | <a href="/wza">无障碍浏览</a> |
<a href="/old">关怀版</a></div>
<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/zwgk">政务公开</a></li>
<li><a href="/zwfw">政务服务</a></li><li><a href="/hdjl">互动交流</a></li></ul></div>
<div class="path">您当前的位置：<a href="/">首页</a> &gt; <a href="/zwgk">政务公开</a> &gt; 政策文件</div>"""
FURNITURE_BELOW = """<div class="share">分享到： <a href="#">微信</a> <a href="#">微博</a>
【<a href="#">打印</a>】【<a href="#">关闭</a>】</div>
<div class="related"><h4>相关文档</h4><ul><li><a href="/1">一图读懂</a></li>
<li><a href="/2">政策解读：牵头单位谈落实</a></li></ul></div>
<div class="footer"><p>主办：人民政府办公室　承办：政务服务和大数据管理局</p>
<p>网站标识码：0000000001　联系我们　网站地图</p></div>"""


def _page(title: str, body: str, *, charset: str = "utf-8") -> str:
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="{charset}"><title>{escape(title)}</title>
<style>.nav li {{ float: left }} table {{ border-collapse: collapse }}</style>
<script>var column = "责任单位"; function doPrint() {{ window.print(); }}</script></head>
<body>
{body}
</body></html>
"""


def html_table_text_twice(truth: Truth) -> bytes:
    """The page shows the text, and a hidden view for the printer holds it once more."""
    rows = [["序号", "主要任务", "主责单位", "协办单位"]]
    rows += [[task.number, task.text, task.lead_cell(), task.support_cell()] for task in truth.tasks]
    text = "\n".join([*as_html(truth, "before"), html_table(rows, "td"), *as_html(truth, "after")])
    facts = html_table([["索引号", "000014349/2022-00017", "发布机构", "松原区人民政府办公室"]], "td")
    body = "\n".join(
        [
            FURNITURE_ABOVE,
            facts,
            f'<div id="zoom" class="article">\n{text}\n</div>',
            FURNITURE_BELOW,
            f'<div id="printArea" style="display:none">\n{text}\n</div>',
        ]
    )
    return _page("松原区生物多样性保护行动计划_松原区人民政府", body).encode("utf-8")


def html_rule_said_once(truth: Truth) -> bytes:
    """The units stand in brackets behind the paragraph; the first marker says the rule for all."""
    parts = list(as_html(truth, "before", plain=True))
    for section in truth.sections:
        parts.append(f"<p><strong>　　{escape(section.printed)}</strong></p>")
        for task in section.tasks:
            marker = f"<span>（责任单位：{escape(task.units_cell())}）</span>"
            parts.append(f"<p><span>　　{task.number}．{escape(task.text)}</span>{marker}</p>")
    parts += as_html(truth, "after", plain=True)
    return _page(truth.data["title"], FURNITURE_ABOVE + "\n".join(parts) + FURNITURE_BELOW).encode("utf-8")


def html_exported_by_word(truth: Truth) -> bytes:
    """What Word writes when it saves as a web page: its own tags, spans within spans, cells merged over rows."""

    def office(text: str) -> str:
        cut = len(text) // 2
        halves = "".join(
            f"<span style='font-family:仿宋;mso-hansi-font-family:Calibri'>{escape(half)}</span>"
            for half in (text[:cut], text[cut:])
        )
        return (
            f"<p class=MsoNormal style='mso-pagination:\nwidow-orphan'>{halves}<span lang=EN-US><o:p></o:p></span></p>"
        )

    def data(text: str, more: str = "") -> str:
        return f"<td width=120{more} style='width:90.0pt;border:solid windowtext 1.0pt'>\n{office(text)}\n</td>"

    rows = ["".join(data(text) for text in ("领域", "序号", "重点任务", "牵头单位", "配合单位"))]
    for section in truth.sections:
        for position, task in enumerate(section.tasks):
            merged = data(section.printed, f" rowspan={len(section.tasks)}") if position == 0 else ""
            cells = (task.number, task.text, task.lead_cell(), task.support_cell())
            rows.append(merged + "".join(data(text) for text in cells))
    table = "\n".join(f"<tr style='mso-yfti-irow:{number}'>\n{row}\n</tr>" for number, row in enumerate(rows))
    lines = [line.lstrip("#^=> ") for part in ("before", "after") for line in truth.lines(part)]
    tail = len(truth.lines("after"))
    body = [*map(office, lines[:-tail]), f"<table class=MsoNormalTable border=1>\n{table}\n</table>"]
    body += map(office, lines[-tail:])
    head = "<meta http-equiv=Content-Type content='text/html; charset=gb2312'>"
    head += "<meta name=Generator content='Microsoft Word 15'>"
    style = "<!--[if gte mso 9]><xml><o:OfficeDocumentSettings></o:OfficeDocumentSettings></xml><![endif]-->"
    text = "\n".join(body)
    page = f"""<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head>{head}<title>{escape(truth.data["title"])}</title>{style}</head>
<body lang=ZH-CN><div class=WordSection1>
{text}
</div></body></html>"""
    return page.replace("\n", "\r\n").encode("gb18030")


def html_half_width_brackets(truth: Truth) -> bytes:
    """One paragraph with breaks for the whole text, half-width markers; the view for the printer repeats it."""
    lines = [line.lstrip("^") for line in truth.lines("before")]
    for section in truth.sections:
        lines.append(section.printed)
        for task in section.tasks:
            marker = f"(牵头单位:{task.lead_cell()};配合单位:{task.support_cell()})"
            lines.append(f"{task.number}.{task.text}{marker}")
    lines += truth.lines("after")
    text = "<br />\n&nbsp;&nbsp;&nbsp;&nbsp;".join(escape(line) for line in lines)
    content = f"<p>{text}</p>"
    body = f"{FURNITURE_ABOVE}<div class='TRS_Editor'>{content}</div>{FURNITURE_BELOW}"
    return _page(truth.data["title"], body + f"<div class='print-only' hidden>{content}</div>").encode("utf-8")


def html_sections_span_columns(truth: Truth) -> bytes:
    """Section rows span the table, and the header stands again before the last section."""
    header = "<tr><th>序号</th><th>任务内容</th><th>牵头部门</th><th>参加单位</th></tr>"
    rows = []
    for section in truth.sections:
        if section is truth.sections[-1]:
            rows.append(header)
        rows.append(f'<tr><td colspan="4" align="center"><b>{escape(section.printed)}</b></td></tr>')
        for task in section.tasks:
            cells = (task.number, task.text, task.lead_cell(), task.support_cell())
            rows.append("<tr>" + "".join(f"<td><p>{escape(text)}</p></td>" for text in cells) + "</tr>")
    table = f"<table><thead>{header}</thead><tbody>" + "\n".join(rows) + "</tbody></table>"
    parts = [FURNITURE_ABOVE, *as_html(truth, "before"), table, *as_html(truth, "after"), FURNITURE_BELOW]
    return _page(truth.data["title"], "\n".join(parts)).encode("utf-8")


def html_undivided(truth: Truth) -> bytes:
    """Numbered tasks without units; a box behind the third section, notes at the end."""
    parts = [FURNITURE_ABOVE, *as_html(truth, "before")]
    for position, section in enumerate(truth.sections, 1):
        parts.append(f"<h3>{escape(section.printed)}</h3>")
        parts += [f"<p>　　{task.number}. {escape(task.text)}</p>" for task in section.tasks]
        if position == 3:
            parts.append("<p><strong>专栏2　文化遗产保护项目</strong></p>")
            parts.append("<p>（1）古戏台修缮项目。由县文化旅游局实施，修缮古戏台6座。</p>")
            parts.append("<p>（2）非遗数字化项目。建成数据库1个。</p>")
    parts += as_html(truth, "after")
    parts.append("<p>注：①“1+3+N”指1个指挥中心、3支队伍和N个部门。</p>")
    return _page(truth.data["title"], "\n".join([*parts, FURNITURE_BELOW])).encode("utf-8")


def html_work_division_lines(truth: Truth) -> bytes:
    """Every line is a div; below each task one says who does it."""
    lines = [line.lstrip("#^= ") for line in truth.lines("before")]
    for task in truth.tasks:
        lines += [f"{task.number}、{task.text}", task.printed["line"]]
    lines += [line.lstrip("#^= ") for line in truth.lines("after")]
    content = "\n".join(f'<div class="line"><span>{escape(line)}</span></div>' for line in lines)
    return _page(truth.data["title"], FURNITURE_ABOVE + content + FURNITURE_BELOW).encode("utf-8")


def html_layout_table(truth: Truth) -> bytes:
    """An old site: the whole page is a table, and the division a table within one of its cells."""
    rows = [["序号", "工作任务", "责任部门"], *([task.number, task.text, task.units_cell()] for task in truth.tasks)]
    parts = [*as_html(truth, "before", plain=True), html_table(rows, "td"), *as_html(truth, "after", plain=True)]
    links = "<br>".join(f"<a href='/{name}'>{name}</a>" for name in ("县情概况", "政务公开", "责任部门导航"))
    body = f"""<table width="1000"><tr><td colspan="2">{FURNITURE_ABOVE}</td></tr>
<tr><td width="200">{links}</td><td><table width="100%"><tr><td>{"".join(parts)}</td></tr></table></td></tr>
<tr><td colspan="2">{FURNITURE_BELOW}</td></tr></table>"""
    return _page(truth.data["title"], body).encode("utf-8")


def html_comma_between_labels(truth: Truth) -> bytes:
    """（牵头单位：甲，配合单位：乙、丙）, or the lead alone; headings are marked up, numbers start again in each."""
    parts = [FURNITURE_ABOVE, *as_html(truth, "before")]
    for section in truth.sections:
        parts.append(f"<h3>{escape(section.printed)}</h3>")
        for task in section.tasks:
            support = f"，配合单位：{task.support_cell()}" if task.supports else ""
            parts.append(f"<p>{task.number}.{escape(task.text)}（牵头单位：{task.lead_cell()}{support}）</p>")
    return _page(truth.data["title"], "\n".join([*parts, *as_html(truth, "after"), FURNITURE_BELOW])).encode("utf-8")


def html_ordered_list(truth: Truth) -> bytes:
    """The tasks are a list that the browser numbers."""
    items = "".join(
        f"<li>{escape(task.text)}（牵头单位：{task.lead_cell()}；配合单位：{task.support_cell()}）</li>\n"
        for task in truth.tasks
    )
    parts = [
        FURNITURE_ABOVE,
        *as_html(truth, "before"),
        f"<ol>\n{items}</ol>",
        *as_html(truth, "after"),
        FURNITURE_BELOW,
    ]
    return _page(truth.data["title"], "\n".join(parts)).encode("utf-8")


LAYOUTS = (
    html_ordered_list,
    html_comma_between_labels,
    html_layout_table,
    html_table_text_twice,
    html_rule_said_once,
    html_exported_by_word,
    html_half_width_brackets,
    html_sections_span_columns,
    html_undivided,
    html_work_division_lines,
)
