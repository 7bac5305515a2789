"""Walking the XML of office files (ECMA-376 part 1).

Names of elements are compared without their namespace: the transitional and the strict form of the format differ in
nothing else that matters here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

Element = etree._Element  # noqa: SLF001 - the class has no public name
_THROUGH = frozenset(
    ("ins", "moveTo", "sdt", "sdtContent", "customXml", "smartTag", "hyperlink", "fldSimple", "bdo", "dir")
) | {"r", "ruby", "rubyBase", "oMath", "oMathPara"}
"""Elements around text that say nothing about it; deleted text (w:del, w:moveFrom) is not among them."""


def local(element: Element) -> str:
    """The name of an element without its namespace; '' for what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: Element | None, *names: str) -> Element | None:
    """The element at the end of a path of names."""
    for name in names:
        element = next((inner for inner in element if local(inner) == name), None) if element is not None else None
    return element


def inside(element: Element | None, *names: str) -> Iterator[Element]:
    """What stands within the element at the end of a path of names; nothing where there is none."""
    found = child(element, *names)
    return iter(found if found is not None else ())


def attribute(element: Element | None, name: str = "val") -> str | None:
    """An attribute, whatever its namespace."""
    if element is None:
        return None
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), None)


def number(element: Element | None, default: int | None = None, name: str = "val") -> int | None:
    """An attribute that is a whole number of at most six digits; ``default`` where it is none."""
    value = attribute(element, name)
    return int(value) if value is not None and re.fullmatch(r"-?[0-9]{1,6}", value) else default


def switched_on(element: Element | None) -> bool:
    """Whether a toggle such as w:vanish is there and not turned off."""
    return element is not None and attribute(element) not in ("0", "false", "off")


def blocks(container: Element) -> Iterator[Element]:
    """The paragraphs and tables of ``container`` in order, out of whatever wraps them."""
    for element in container:
        name = local(element)
        if name in ("p", "tbl"):
            yield element
        elif name == "AlternateContent":
            yield from blocks(chosen(element))
        elif is_through(element):
            yield from blocks(element)


def within(container: Element, wanted: str) -> Iterator[Element]:
    """The rows of a table, or the cells of a row, out of whatever wraps them."""
    for element in container:
        if local(element) == wanted:
            yield element
        elif is_through(element):
            yield from within(element, wanted)


def chosen(alternatives: Element) -> Element:
    """One of the forms in which a thing is given (mc:AlternateContent): all of them say the same."""
    return next((form for form in alternatives if local(form) == "Choice"), alternatives)


def text_boxes(drawing: Element) -> list[Element]:
    """The contents of the text boxes of a drawing; a box within a box comes with it."""
    found: list[Element] = []
    for element in drawing.iter():
        if local(element) == "txbxContent" and not any(outer in found for outer in element.iterancestors()):
            found.append(element)
    return found


def is_through(element: Element) -> bool:
    """Whether ``element`` only wraps text; a content control that still shows its prompt (点击输入文字) holds none."""
    if local(element) == "sdt" and switched_on(child(element, "sdtPr", "showingPlcHdr")):
        return False
    return local(element) in _THROUGH
