"""A document that cannot be read is answered with one sentence in the reader's language."""

from __future__ import annotations

import pytest

from tracker.errors import InvalidInput
from tracker.i18n import CHINESE, ENGLISH, translator
from tracker.intake.faults import UnreadableDocument


@pytest.mark.parametrize(("locale", "words"), [(ENGLISH, "damaged"), (CHINESE, "已损坏")])
def test_a_fault_is_an_input_error_with_a_sentence_in_both_languages(locale: str, words: str) -> None:
    fault = UnreadableDocument()
    assert isinstance(fault, InvalidInput)
    assert fault.status == 422
    assert words in fault.text(translator(locale))


def test_a_fault_keeps_its_values_for_the_sentence() -> None:
    fault = UnreadableDocument("“%(name)s” is empty.", name="a.docx")
    assert fault.text(translator(ENGLISH)) == "“a.docx” is empty."
