"""Makes the documents of the corpus: ``python -m tests.intake.corpus.make [NAME…]`` (PDF needs Chromium).

The words come from the truth, which is written by hand; a layout says only how they stand on the page.
"""

from __future__ import annotations

import sys

from . import (
    docx_layouts,
    docx_more_layouts,
    html_layouts,
    later_layouts,
    pdf_layouts,
    text_layouts,
    text_more_layouts,
    xlsx_layouts,
)
from .truth import FOLDER, load

LAYOUTS = {
    layout.__name__: layout
    for module in (
        docx_layouts,
        docx_more_layouts,
        xlsx_layouts,
        html_layouts,
        pdf_layouts,
        text_layouts,
        text_more_layouts,
        later_layouts,
    )
    for layout in module.LAYOUTS
}


def main(names: list[str]) -> None:
    for name in names or LAYOUTS:
        truth = load(FOLDER / f"{name}.yaml")
        truth.document.write_bytes(LAYOUTS[name](truth))


if __name__ == "__main__":
    main(sys.argv[1:])
