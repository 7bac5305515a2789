"""An uploaded Word file comes back as a draft whose rows know their lines of the source."""

from __future__ import annotations

import pytest

from tests.e2e.word_plan import FIRST, TITLE, word_file
from tracker.intake.editing.stored import spans, stored_draft
from tracker.intake.faults import UnreadableDocument
from tracker.intake.uploads import read_upload


def test_every_row_of_a_word_file_is_linked_to_its_line() -> None:
    upload = read_upload("规划.docx", word_file(FIRST))
    assert (upload.file_kind, upload.draft["title"], upload.draft["period"]) == ("docx", TITLE, [2021, 2025])
    draft = stored_draft(upload.draft, upload.doubts)
    for row, lines in zip(draft["tasks"], spans(draft["tasks"]), strict=True):
        assert upload.lines[lines.start - 1].startswith(f"{row['number']}\t{row['text']}")
    assert draft["tasks"][1]["leads"] == ["市民政局"], "from the cell that is merged with the one above"


def test_what_is_no_document_is_refused() -> None:
    with pytest.raises(UnreadableDocument):
        read_upload("规划.docx", b"PK\x03\x04 and then nothing of a Word file")
