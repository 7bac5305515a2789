"""Check an exported audit: python3 verify_audit.py EXPORT [HEADS ...] [--only=CHAIN ...]

EXPORT is what “audit export” wrote.  HEADS are texts that were kept elsewhere: the file of daily heads, saved mails.
Exit code 0 only if every chain holds and contains every head that HEADS name; of CHAIN alone, where the export is of
one plan.  Needs Python 3.11 and nothing else.
"""

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

FIELDS = ["chain", "seq", "at", "actor", "for_whom", "origin", "action", "subject", "data", "previous_hash", "hash"]


def digest(row: dict[str, Any], seq: int, previous: str) -> str:
    """The hash that a row must have as number seq behind the hash previous."""
    values = [row["chain"], seq, row["at"], row["actor"], row["action"], row["subject"], row["data"], previous]
    if (row["for_whom"], row["origin"]) != (None, None):  # rows from before these were recorded have neither
        values += [row["for_whom"], row["origin"]]
    return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()


def check(export: str, heads: str, only: list[str]) -> tuple[list[str], dict[str, tuple[int, str]]]:
    """The faults, one sentence each, and where each chain ends: {chain: (seq, hash)}."""
    faults: dict[str, str] = {}
    ends: dict[str, tuple[int, str]] = {}
    hashes: dict[tuple[str, int], str] = {}
    for number, line in enumerate(export.removesuffix("\n").split("\n"), 1):
        try:
            pairs = json.loads(line, object_pairs_hook=list)
            row, chain = dict(pairs), str(pairs[0][1])
            seq, previous = ends.get(chain, (0, "0" * 64))
            right = digest(row, seq + 1, previous)
        except (ValueError, TypeError, LookupError):
            faults[f"line {number}"] = f"line {number} of the export is no entry of an audit"
            continue
        whole = [name for name, _ in pairs] == FIELDS and repr(row["seq"]) == str(seq + 1)
        if not whole or (row["previous_hash"], row["hash"]) != (previous, right):
            faults.setdefault(chain, f"{chain}: broken at entry {seq + 1}")
        ends[chain] = (seq + 1, right)
        hashes[chain, seq + 1] = right
    for chain, entry, head in re.findall(r"\b(system|plan:\d+)\s+(\d+)\s+([0-9a-f]{64})\b", heads):
        if hashes.get((chain, int(entry))) != head and (not only or chain in only):
            faults.setdefault(chain, f"{chain}: entry {entry} is not the one recorded outside; cut off or forged")
    return list(faults.values()), ends


if __name__ == "__main__":
    files = [Path(name) for name in sys.argv[1:] if not name.startswith("-")] or sys.exit(__doc__)
    texts = [file.read_bytes().decode() for file in files]
    found, last = check(texts[0], "\n".join(texts[1:]), [name[7:] for name in sys.argv if name.startswith("--only=")])
    ends = [f"{chain} {seq} {head}" for chain, (seq, head) in sorted(last.items())]
    sys.stdout.write("\n".join([*ends, "" if found else "every chain holds\n"]))
    sys.exit("\n".join(found) or 0)
