"""Small files of every kind that is taken as evidence, and files that only pretend to be one."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping

OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17)
JPEG = b"\xff\xd8\xff\xe0" + bytes(32)
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip file of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def office(main: str, content_type: str, **more: str) -> bytes:
    """A document of Office Open XML with one main part; ``more`` are further parts, __ for a slash."""
    listing = f'<Types><Override PartName="/{main}" ContentType="{content_type}"/></Types>'
    parts = {"[Content_Types].xml": listing, main: "<x/>"}
    return packed(parts | {name.replace("__", "/").replace("_bin", ".bin"): text for name, text in more.items()})


def ole(*entries: str) -> bytes:
    """A compound file whose directory has these entries."""
    directory = b"".join(_entry(name) for name in ("Root Entry", *entries))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + directory


def _entry(name: str) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    return encoded.ljust(64, b"\0") + struct.pack("<HB", len(encoded), 2) + bytes(61)


DOCX = office("word/document.xml", f"{OFFICE}wordprocessingml.document.main+xml")
XLSX = office("xl/workbook.xml", f"{OFFICE}spreadsheetml.sheet.main+xml")
PPTX = office("ppt/presentation.xml", f"{OFFICE}presentationml.presentation.main+xml")
OFD = packed({"OFD.xml": '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" DocType="OFD"/>', "Doc_0/Document.xml": "x"})
MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"

TAKEN = {
    "扫描件.pdf": (PDF, "application/pdf"),
    "公文.ofd": (OFD, "application/ofd"),
    "总结.docx": (DOCX, f"{OFFICE}wordprocessingml.document"),
    "名册.XLSX": (XLSX, f"{OFFICE}spreadsheetml.sheet"),
    "汇报.pptx": (PPTX, f"{OFFICE}presentationml.presentation"),
    "旧文.doc": (ole("WordDocument"), "application/msword"),
    "旧表.xls": (ole("Workbook"), "application/vnd.ms-excel"),
    "更旧的表.xls": (ole("Book"), "application/vnd.ms-excel"),
    "照片.jpg": (JPEG, "image/jpeg"),
    "照片.jpeg": (JPEG, "image/jpeg"),
    "截图.png": (PNG, "image/png"),
    "说明.txt": ("办理情况说明\r\n".encode(), "text/plain"),
    "统计.csv": ("﻿县区,人数\n浈江,12\n".encode(), "text/csv"),
    "国标.csv": ("县区,人数\n浈江,12\n".encode("gb18030"), "text/csv"),
}
"""Name -> content and media type."""

DAMAGED, MACROS, UNKNOWN, EMPTY = "is damaged, or its content", "contains macros", "is of a type that", "is empty"
REFUSED = {
    "网页.pdf": (HTML, DAMAGED),
    "图.png": (SVG, DAMAGED),
    "网页.txt": (b"\n  <html>", DAMAGED),
    "脚本.txt": (b"#!/bin/sh\n", DAMAGED),
    "程序.txt": (b"MZ\x90\x00\x03", DAMAGED),
    "断.txt": (b"\xe5", DAMAGED),
    "空白.txt": (b" \n ", DAMAGED),
    "断.pdf": (PDF[:-8], DAMAGED),
    "压缩包.docx": (packed({"a.txt": "x"}), DAMAGED),
    "没有类型.docx": (packed({"word/document.xml": "<x/>"}), DAMAGED),
    "表格.docx": (XLSX, DAMAGED),
    "截断.docx": (DOCX[:-30], DAMAGED),
    "自解压.docx": (b"MZ" + DOCX, DAMAGED),
    "伪装.docx": (b"PK\x03\x04" + bytes(100), DAMAGED),
    "压缩包.ofd": (packed({"OFD.xml": "<x/>"}), DAMAGED),
    "目录过大.xlsx": (XLSX[:-22] + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, 2**31, 4, 0), DAMAGED),
    "旧文.xls": (ole("WordDocument"), DAMAGED),
    "新文.doc": (DOCX, DAMAGED),
    "宏.docx": (office("word/document.xml", MACRO_TYPE), MACROS),
    "藏宏.xlsx": (office("xl/workbook.xml", f"{OFFICE}spreadsheetml.sheet.main+xml", xl__vbaProject_bin="x"), MACROS),
    "宏.doc": (ole("WordDocument", "Macros", "VBA"), MACROS),
    "宏.xls": (ole("Workbook", "_vba_project_cur"), MACROS),
    "宏.docm": (DOCX, UNKNOWN),
    "打包.zip": (packed({"a.txt": "x"}), UNKNOWN),
    "网页.html": (HTML, UNKNOWN),
    "图.svg": (SVG, UNKNOWN),
    "程序.exe": (b"MZ", UNKNOWN),
    "扫描件.pdf.exe": (PDF, UNKNOWN),
    "没有扩展名": (PDF, UNKNOWN),
    "空.pdf": (b"", EMPTY),
}
"""Name -> content and a part of the sentence."""
