"""Makes the PDF files of tests/intake/files with Chromium: ``python tests/intake/make_pdfs.py``.

The tests read the files that are committed; this is how they came about, to make them again or add to them.
"""

from __future__ import annotations

import base64
import struct
import subprocess
import tempfile
import zlib
from pathlib import Path

FILES = Path(__file__).resolve().parent / "files"
CHROMIUM = "/usr/bin/chromium"
UNITS = ("市教育局", "市民政局", "市财政局", "市卫生健康委", "市人力资源社会保障局", "市残联", "市住房城乡建设局")
PROSE = "坚持以人民为中心，统筹推进各项工作，健全长效机制，不断提高公共服务水平和城市治理能力。"


def rows() -> list[tuple[str, ...]]:
    """The 24 rows of the ruled table; the tests make the same."""
    found = []
    for number in range(1, 25):
        more = "推动资源下沉和服务延伸，" * (number % 4)
        text = f"完善城乡公共服务制度，健全第{number}项工作机制，{more}确保任务落实。"
        lead = UNITS[number % 7]
        supports = "、".join(UNITS[(number + step) % 7] for step in (1, 2, 4))
        found.append((str(number), text, lead, supports, f"{2023 + number % 3}年底前"))
    return found


def table(head: tuple[str, ...], body: list[tuple[str, ...]]) -> str:
    """A table as HTML, its header printed again on every page."""
    cells = "".join(f"<th>{word}</th>" for word in head)
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in body)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>"


def page(body: str, style: str = "") -> str:
    """A page set in one type size, with rules around cells unless ``style`` says otherwise."""
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}{style}</style>{body}'


def picture() -> str:
    """A grey picture, as a scanner would leave it."""
    raw = b"".join(b"\0" + bytes([200]) * 60 for _ in range(80))
    parts = ((b"IHDR", struct.pack(">IIBBBBB", 60, 80, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(raw)), (b"IEND", b""))
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )
    return f'<img style="width:150mm" src="data:image/png;base64,{base64.b64encode(data).decode()}">'


HEAD = ("序号", "重点任务", "牵头单位", "配合单位", "完成时限")
SHORT = [(*row[:1], row[1][-24:], *row[2:]) for row in rows()[:6]]
INDICATORS = [
    ("学前教育毛入园率", "%", "88.5", "95", "预期性"),
    ("九年义务教育巩固率", "%", "96.1", "97", "约束性"),
    ("新增学位", "万个", "—", "12.5", "预期性"),
]
MERGED = (
    "<table><tr><td rowspan=2>序号</td><td rowspan=2>重点任务</td><td colspan=2>责任分工</td></tr>"
    "<tr><td>牵头单位</td><td>配合单位</td></tr><tr><td colspan=4>一、就业创业</td></tr>"
    "<tr><td>1</td><td>开展技能培训</td><td rowspan=2>市人社局</td><td>市教育局</td></tr>"
    "<tr><td>2</td><td>发放创业补贴</td><td>市财政局</td></tr></table>"
)
LATIN = [
    ("1", "Build a smart city operation centre and an integrated data platform for all districts", "Data Bureau"),
    ("2", "Upgrade 5G networks", "Industry Bureau"),
]
STYLE = """
@page{size:A4;margin:25mm;@bottom-center{content:"— " counter(page) " —"}
@top-right{content:"某市公共服务规划";font-size:9pt}}
body{font:12pt/1.6 "Noto Serif CJK SC"} p{text-indent:2em;margin:0} h1{font-size:18pt;text-align:center}
table{border-collapse:collapse;width:100%} td,th{border:1px solid #000;padding:3px}
"""
PLAIN = """
table{width:auto} td,th{border:0;padding:2px 14px;text-align:left;vertical-align:top;font-size:7pt}
"""
TURNED = "@page{margin:10mm}body{margin:0}div{position:absolute;width:250mm;font-size:10pt;transform-origin:0 0}"
LIST = "<p>附件：重点任务清单如下。</p>" + table(HEAD, SHORT) + f"<p>{PROSE * 3}</p>"
PAGES = {
    "ruled": page(f"<h1>某市规划</h1>{f'<p>{PROSE * 4}</p>' * 6}<h1>重点任务分工表</h1>{table(HEAD, rows())}"),
    "merged": page("<h1>重点任务分工表</h1>" + MERGED),
    "open_sides": page(
        table(HEAD, SHORT), "td:first-child,th:first-child{border-left:0}td:last-child,th:last-child{border-right:0}"
    ),
    "no_rules": page(LIST, PLAIN + "td{white-space:nowrap}"),
    "wrapped": page(LIST, PLAIN + "td:nth-child(1){width:8mm}td:nth-child(3){width:25mm}td{font-size:9pt}"),
    "three_lines": page(
        table(("指标", "单位", "2020年", "2025年", "属性"), INDICATORS),
        PLAIN + "thead{border-top:2px solid;border-bottom:1px solid}tbody{border-bottom:2px solid}",
    ),
    "turned_left": page(f"<div>{table(HEAD, SHORT)}</div>", TURNED + "div{transform:translateY(255mm) rotate(-90deg)}"),
    "turned_right": page(f"<div>{table(HEAD, SHORT)}</div>", TURNED + "div{transform:translateX(180mm) rotate(90deg)}"),
    "latin": page(table(("序号", "工作任务", "责任单位"), LATIN), "table{width:90mm}"),
    "scanned": page(f"<div style='break-after:page'>{picture()}</div>" * 3, "@page{@top-right{content:none}}"),
}


def main() -> None:
    """Print every page to its file."""
    FILES.mkdir(exist_ok=True)
    for name, source in PAGES.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "page.html"
            path.write_text(source, encoding="utf-8")
            target = FILES / f"{name}.pdf"
            command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
            command += ["--no-pdf-header-footer", f"--print-to-pdf={target}", str(path)]
            subprocess.run(command, check=True, capture_output=True, timeout=120)


if __name__ == "__main__":
    main()
