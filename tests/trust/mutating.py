"""Documents changed at random: bytes, members of archives, elements, numbers.  One seed gives one document."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable
from io import BytesIO

from lxml import etree

Mutation = Callable[[random.Random, bytes], bytes]
ABSURD = (
    *(b"", b"0", b"-1", b"1", b"255", b"65536", b"2147483648", b"99999999999999999999", b"1e308", b"NaN", b"x"),
    "１２".encode(),
)
_NUMBER = re.compile(rb'(?<==")-?\d+(?=")|(?<=>)\d+(?=<)|(?<=[ \[])\d+(?=[ \]>])')


def flip(chance: random.Random, data: bytes) -> bytes:
    """A few bytes are others."""
    changed = bytearray(data)
    for _ in range(min(len(data), chance.choice((1, 4, 40)))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(chance: random.Random, data: bytes) -> bytes:
    """The end is missing, or a piece in the middle."""
    start, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return data[:start] if chance.random() < 0.5 else data[:start] + data[end:]


def repeat(chance: random.Random, data: bytes) -> bytes:
    """A piece stands there again and again."""
    start = chance.randrange(len(data) + 1)
    piece = data[start : start + chance.choice((1, 30, 500))]
    return data[:start] + piece * chance.choice((2, 10, 200)) + data[start:]


def renumber(chance: random.Random, data: bytes) -> bytes:
    """Some numbers are absurd."""
    share = chance.choice((0.02, 0.2, 1.0))
    return _NUMBER.sub(lambda found: chance.choice(ABSURD) if chance.random() < share else found[0], data)


def shuffle(chance: random.Random, data: bytes) -> bytes:
    """Elements of XML or HTML stand elsewhere, twice or not at all; what cannot be parsed is flipped."""
    is_page = b"<html" in data[:2000].lower() or b"<!doctype" in data[:100].lower()
    parser = etree.HTMLParser(huge_tree=True) if is_page else etree.XMLParser(recover=True, resolve_entities=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None or len(elements := list(root.iter(etree.Element))) < 3:
        return flip(chance, data)
    for _ in range(chance.choice((1, 3, 20))):
        element, other = chance.choice(elements[1:]), chance.choice(elements)
        if (parent := element.getparent()) is None or element is other or element in other.iterancestors():
            continue
        what = chance.randrange(4)
        if what == 0:
            parent.remove(element)
        elif what == 1:
            other.append(element)
        elif what == 2:
            other.tag = element.tag
        else:
            element.text = (element.text or "") * chance.choice((0, 2, 50))
    return etree.tostring(root, encoding="utf-8", method="html" if is_page else "xml")


def member(chance: random.Random, data: bytes) -> bytes:
    """One member of a zip archive is changed, lost or empty, and the archive whole again."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    names = [name for name in contents if name.endswith((".xml", ".rels"))]
    heavy = [name for name in names if re.search(r"document|numbering|styles|sheet|workbook|Strings", name)]
    name = chance.choice(heavy if chance.random() < 0.8 else names)
    what = chance.random()
    if what < 0.05:
        del contents[name]
    elif what < 0.1:
        contents[name] = b""
    else:
        contents[name] = chance.choice((flip, cut, repeat, renumber, renumber, shuffle, shuffle, shuffle))(
            chance, contents[name]
        )
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for entry, content in contents.items():
            archive.writestr(entry, content)
    return made.getvalue()


MUTATIONS: dict[str, tuple[Mutation, ...]] = {
    "docx": (member, member, member, member, flip, cut),
    "xlsx": (member, member, member, member, flip, cut),
    "html": (shuffle, shuffle, renumber, repeat, flip, cut),
    "pdf": (flip, flip, cut, repeat, renumber),
    "txt": (flip, cut, repeat, renumber),
}


def mutated(kind: str, seed: int, sources: list[bytes]) -> bytes:
    """One of ``sources`` changed once, sometimes twice; the same seed gives the same bytes."""
    chance = random.Random(f"{kind}-{seed}")
    changed = chance.choice(MUTATIONS[kind])(chance, chance.choice(sources))
    return chance.choice((flip, cut, repeat))(chance, changed) if changed and chance.random() < 0.1 else changed
