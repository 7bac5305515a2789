"""The tool that keeps both languages complete finds what is missing, empty, unused or wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from babel.support import Translations

from tools import catalogues, translate

PAGE = "{{ _('My work') }} {{ ngettext('%(num)s task', '%(num)s tasks', 2) }}"
PAIRS = [
    {"id": "My work", "zh": "我的工作"},
    {"id": "%(num)s task", "plural": "%(num)s tasks", "zh": "%(num)s项任务"},
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project: one template, one module, the mapping of the real one."""
    (tmp_path / "babel.cfg").write_text((translate.ROOT / "babel.cfg").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "tracker").mkdir()
    (tmp_path / "tracker" / "errors.py").write_text('MESSAGE = N_("Not found")\n', encoding="utf-8")
    return tmp_path


def add(project: Path, *pairs: dict[str, str]) -> int:
    file = project / "pairs.json"
    file.write_text(json.dumps(pairs, ensure_ascii=False), encoding="utf-8")
    return translate.main(["add", str(file)], project)


def complete(project: Path) -> None:
    assert add(project, *PAIRS, {"id": "Not found", "zh": "找不到"}) == 0


def test_a_complete_project_passes(project: Path) -> None:
    complete(project)
    assert translate.main(["check"], project) == 0


def test_a_string_without_chinese_is_missing_in_both(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add(project, *PAIRS)
    assert translate.main(["check"], project) == 1
    printed = capsys.readouterr().out
    assert "missing in zh_Hans_CN (1):\n  'Not found' (tracker/errors.py)" in printed
    assert "missing in en (1):\n  'Not found'" in printed


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("还有 %(num)s 项", "还有%(num)s项"),
        ("进度 %(percent)s%%，持平", "进度%(percent)s%%，持平"),
        ("至少 10 个字符", "至少10个字符"),
        ("第 %(first)d 至 %(last)d 行", "第%(first)d至%(last)d行"),
    ],
)
def test_a_space_typed_beside_a_number_is_found(typed: str, wanted: str) -> None:
    assert catalogues.spacing_complaint(typed) == f"{typed!r}: write {wanted!r}."


@pytest.mark.parametrize(
    "text",
    [
        "绿灯 %(number)s",
        "SQLite %(version)s 可用",
        "SHA-256 已不相符",
        "如 2023-12-31 的形式",
        "不超过 2 MB",
        "S3 存储",
    ],
)
def test_labels_and_latin_words_keep_their_space(text: str) -> None:
    assert catalogues.spacing_complaint(text) is None


def test_the_check_says_which_text_has_the_space(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    complete(project)
    add(project, {"id": "Not found", "zh": "找不到 5 项"})
    assert translate.main(["check"], project) == 1
    assert "write '找不到5项'" in capsys.readouterr().out


def test_an_emptied_string_is_found(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    complete(project)
    path = catalogues.catalogue_path(project, catalogues.CHINESE)
    path.write_text(path.read_text(encoding="utf-8").replace("找不到", ""), encoding="utf-8")
    assert translate.main(["check"], project) == 1
    assert "empty in zh_Hans_CN (1):\n  'Not found'" in capsys.readouterr().out


def test_an_unused_string_is_found_and_pruned(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    complete(project)
    add(project, {"id": "Gone", "zh": "没有了"})
    assert translate.main(["check"], project) == 1
    assert "unused in en (1):\n  'Gone'" in capsys.readouterr().out
    assert translate.main(["prune"], project) == 0
    assert translate.main(["check"], project) == 0


def test_a_lone_percent_sign_in_a_template_is_found(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    complete(project)
    (project / "templates" / "page.html").write_text(PAGE + "{{ _('100 % done') }}", encoding="utf-8")
    add(project, {"id": "100 % done", "zh": "完成100%"})
    assert translate.main(["check"], project) == 1
    assert "'100 % done' (templates/page.html)" in capsys.readouterr().out


def test_a_broken_template_is_named_with_its_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    complete(project)
    (project / "templates" / "page.html").write_text("\n{% if %}", encoding="utf-8")
    assert translate.main(["check"], project) == 1
    assert capsys.readouterr().err.startswith("templates/page.html, line 2 cannot be read")


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ({"id": "Hello %(name)s", "zh": "你好"}, "leaves out %(name)s"),
        ({"id": "Hello", "zh": "你好，%(name)s"}, "has no %(name)s"),
        ({"id": "Hello", "zh": " "}, "no value may be empty"),
        ({"id": "Hello"}, 'write "id" and "zh"'),
        ({"id": "My work", "plural": "My works", "zh": "我的工作"}, "one plural or none"),
    ],
)
def test_a_pair_that_cannot_be_right_is_refused(
    project: Path, capsys: pytest.CaptureFixture[str], entry: dict[str, str], complaint: str
) -> None:
    complete(project)
    before = catalogues.catalogue_path(project, catalogues.CHINESE).read_bytes()
    assert add(project, entry) == 1
    assert complaint in capsys.readouterr().err
    assert catalogues.catalogue_path(project, catalogues.CHINESE).read_bytes() == before


def test_a_changed_translation_is_said(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    complete(project)
    add(project, {"id": "My work", "zh": "我的任务"})
    assert "changed 'My work': 我的工作 -> 我的任务" in capsys.readouterr().out


def test_the_same_content_is_the_same_bytes_in_whatever_order(project: Path) -> None:
    complete(project)
    first = [catalogues.catalogue_path(project, locale).read_bytes() for locale in ("en", "zh_Hans_CN")]
    for locale in ("en", "zh_Hans_CN"):
        catalogues.catalogue_path(project, locale).unlink()
    add(project, {"id": "Not found", "zh": "找不到"}, *reversed(PAIRS))
    assert [catalogues.catalogue_path(project, locale).read_bytes() for locale in ("en", "zh_Hans_CN")] == first


def test_several_people_add_at_once_and_nothing_is_lost(project: Path) -> None:
    script = (
        "import sys, pathlib; from tools.catalogues import add; add(pathlib.Path(sys.argv[1]), {(sys.argv[2],): '字'})"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", script, str(project), f"Word {n}"], cwd=translate.ROOT)
        for n in range(6)
    ]
    assert [process.wait(timeout=60) for process in running] == [0] * 6
    catalogue = catalogues.read_catalogue(project, catalogues.CHINESE)
    assert {f"Word {n}" for n in range(6)} <= {str(message.id) for message in catalogue}


def test_compiled_catalogues_speak_and_are_made_again_only_when_older(project: Path) -> None:
    complete(project)
    assert len(catalogues.compile_catalogues(project)) == 2
    assert catalogues.compile_catalogues(project) == []
    chinese, english = (Translations.load(project / "translations", [locale]) for locale in ("zh_Hans_CN", "en"))
    assert chinese.ugettext("My work") == "我的工作"
    assert chinese.ungettext("%(num)s task", "%(num)s tasks", 1) == "%(num)s项任务"
    assert english.ungettext("%(num)s task", "%(num)s tasks", 1) == "%(num)s task"
    assert english.ungettext("%(num)s task", "%(num)s tasks", 2) == "%(num)s tasks"
    compiled = catalogues.catalogue_path(project, "en").with_suffix(".mo")
    os.utime(compiled, ns=(0, 0))
    assert catalogues.compile_catalogues(project) == [compiled]
