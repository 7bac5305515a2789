"""Differences of two texts: the pieces rebuild both, and stay whole enough to be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.reporting.differences import Piece, difference

TEXT = st.text(alphabet="残疾人名册已补充，。0123 \nab", max_size=60)


@given(TEXT, TEXT)
def test_the_pieces_make_up_both_texts(old: str, new: str) -> None:
    pieces = difference(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new
    assert all(piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("不变。", "不变。", [("same", "不变。")]),
        ("", "新写的。", [("added", "新写的。")]),
        (
            "送教上门163人。",
            "送教上门148人。",
            [("same", "送教上门1"), ("removed", "63"), ("added", "48"), ("same", "人。")],
        ),
        (
            "共412户。",
            "共412户，数据截至5月31日。",
            [("same", "共412户"), ("added", "，数据截至5月31日"), ("same", "。")],
        ),
    ],
)
def test_what_changed_is_marked_character_by_character(old: str, new: str, pieces: list[tuple[str, str]]) -> None:
    assert difference(old, new) == [Piece(*piece) for piece in pieces]


def test_characters_that_are_alike_by_chance_do_not_tear_a_sentence() -> None:
    """Without the semantic clean-up these two would share scattered characters."""
    pieces = difference("城区三户已改造", "乡镇五处正在验收改建")
    assert [piece.kind for piece in pieces].count("same") == 0
