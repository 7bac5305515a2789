"""An uploaded document is read in a child process and comes back as a draft with its source."""

from __future__ import annotations

import hashlib

from .commands import Upload
from .sandbox import read_safely


def read_upload(name: str, data: bytes) -> Upload:
    """Read a document.  Raises UnreadableDocument, one sentence for a person; nothing of it is kept then."""
    read = read_safely(data, name)
    return Upload(
        file_name=name,
        file_kind=read["kind"],
        sha256=hashlib.sha256(data).hexdigest(),
        draft=read["draft"],
        doubts=read["doubts"],
        lines=read["lines"],
        places=read["places"],
    )
