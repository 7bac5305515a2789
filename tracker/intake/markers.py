"""Plans that name the units behind or below each task."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tracker.i18n import N_

from .assembling import address, draft_task, words_of
from .blocks import Document, Doubt
from .context import Context, Division
from .deadlines import read_deadline
from .draft import DraftTask
from .labels import label
from .marks import marked
from .numbered import is_title
from .outline import Item, outline
from .paragraphs import Para, paragraphs
from .roles import Roles, leading_places, read_roles
from .undivided import NO_TASKS

_fewest = 3


def read_inline(document: Document, context: Context) -> Division | None:
    """The tasks of a document whose units stand in markers; None where there are too few of them to divide a plan."""
    paras = paragraphs(document)
    first = next((places for para in paras if (places := leading_places(para.text))), None)
    root = outline(marked(paras))
    _without_weak(root)
    _paragraphs_to_items(root)
    _lift(root)
    left = _without_endings(root)
    carriers = [item for item in root.walk() if _markers(item)]
    if len(carriers) < _fewest and not any(label.match(marker) for item in carriers for marker in _markers(item)):
        return None
    if not carriers:
        return None
    items = _tasks(root)
    within = {id(item) for item in items}
    message = N_("What stands behind the units of a task was left out of it.")
    division = Division("inline", doubts=[Doubt(line, message) for line in left])
    for item in items:
        division.tasks.append(_task(item, words_of(item, within), first, context, division))
    address(division.tasks, items)
    return division


def _markers(item: Item) -> list[str]:
    return [marker for para in (item.para, *item.lines) for marker in para.markers]


def _task(item: Item, text: str, first: int | None, context: Context, division: Division) -> DraftTask:
    """One task with its units; doubts go to the division."""
    line = item.para.line
    read = [read_roles(marker, first=first, line=line) for marker in _runs(item)]
    if not read:
        read = [_inherited(item, first, line)]
        if not read[0].names:
            division.doubts.append(Doubt(line, N_("No unit is named for this task.")))
    roles = _merged(read)
    task = draft_task(item, text, context, roles.time)
    task.leads, task.supports, task.others, task.joint = roles.leads, roles.supports, roles.others, roles.joint
    if len(read) > 1:
        division.doubts.append(Doubt(line, N_("This task has several markers; their units were put together.")))
    division.doubts.extend(roles.doubts)
    division.doubts.extend(
        read_deadline(roles.time or text, context.period, line=line, told=roles.time is not None).doubts
    )
    return task


def _runs(item: Item) -> Iterator[str]:
    """The markers of an item; those between which no word stands are one (牵头单位：… above 配合单位：…)."""
    run: list[str] = []
    for para in (item.para, *item.lines):
        if para.text and run:
            yield "；".join(run)
            run = []
        run.extend(para.markers)
    if run:
        yield "；".join(run)


def _merged(read: list[Roles]) -> Roles:
    """The units of several markers of one task, each once; who leads anywhere leads."""
    if len(read) == 1:
        return read[0]
    leads = list(dict.fromkeys(name for roles in read for name in roles.leads))
    supports = list(dict.fromkeys(name for roles in read for name in roles.supports if name not in leads))
    return Roles(
        leads,
        supports,
        list(dict.fromkeys(name for roles in read for name in roles.others)),
        joint=len(leads) > 1 and not supports and all(roles.joint or len(roles.names) == 1 for roles in read),
        time=next((roles.time for roles in reversed(read) if roles.time), None),
        doubts=[doubt for roles in read for doubt in roles.doubts],
    )


def _inherited(item: Item, first: int | None, line: int) -> Roles:
    """The units that a marker in the title above names for all tasks of the section."""
    for above in item.above():
        if above.para.markers and is_title(above.text):
            roles = read_roles("；".join(above.para.markers), first=first, line=line)
            roles.doubts.append(
                Doubt(line, N_("The units are those that the title above names for the whole section."))
            )
            return roles
    return Roles()


def _without_weak(root: Item) -> None:
    """Takes out markers without a word for a role where a plan speaks of its aims or safeguards, not of tasks.

    Where most of the numbered points beside each other end in one, or all of two do, they are tasks, whatever the title
    above says.
    """
    for item in list(root.walk()):
        beside = [each for each in item.parent.children if each.kind == item.kind] if item.parent else []
        marked = sum(bool(_markers(each)) for each in beside)
        if len(beside) == marked > 1 or (marked >= _fewest and 2 * marked >= len(beside)):
            continue
        if NO_TASKS.search(item.title) or any(NO_TASKS.search(above.title) for above in item.above()):
            item.para = _labelled(item.para)
            item.lines[:] = [_labelled(para) for para in item.lines]


def _labelled(para: Para) -> Para:
    kept = tuple(marker for marker in para.markers if label.match(marker))
    if kept == para.markers:
        return para
    return replace(para, markers=kept)


def _without_endings(root: Item) -> list[int]:
    """Paragraphs behind the marker of a task end something larger, where few tasks have such; gives their lines."""
    carriers = [item for item in root.walk() if _markers(item) and not item.children]
    endings = [item for item in carriers if item.lines and item.lines[-1].text and not item.lines[-1].markers]
    if not endings or 2 * len(endings) >= len(carriers):
        return []
    left = []
    for item in endings:
        last = max(place for place, para in enumerate((item.para, *item.lines)) if para.markers)
        left += [para.line for para in item.lines[last:]]
        del item.lines[last:]
    return left


def _paragraphs_to_items(root: Item) -> None:
    """Paragraphs without number that have a marker each, below a title, become items numbered in order."""
    for item in list(root.walk()):
        texts = [para for para in item.lines if para.text]
        if len([para for para in texts if para.markers or _below(item, para)]) < 2:
            continue
        if item.para.markers or (item.text and not is_title(item.text)):
            continue
        kept: list[Para] = []
        for para in item.lines:
            made = Item("paragraph", "", len(item.children) + 1, para.text, para, parent=item)
            if para.text and (para.markers or _below(item, para)):
                item.children.append(made)
            elif not para.text and para.markers and item.children and item.children[-1].kind == "paragraph":
                item.children[-1].lines.append(para)
            else:
                kept.append(para)
        item.lines[:] = kept


def _below(item: Item, para: Para) -> bool:
    """Whether the next paragraph is nothing but the marker of ``para``."""
    place = item.lines.index(para)
    following = item.lines[place + 1] if place + 1 < len(item.lines) else None
    return following is not None and not following.text and bool(following.markers)


def _lift(root: Item) -> None:
    """A marker behind the last of several points is that of the item, where the other points have none."""
    holders = [item for item in root.walk() if len(item.children) > 1 and any(_markers(c) for c in item.children)]
    for kind in {item.children[-1].kind for item in holders}:
        like = [item for item in holders if item.children[-1].kind == kind]
        last_only = [item for item in like if _only_last(item)]
        if 2 * len(last_only) > len(like):
            _lift_from_last(last_only)


def _lift_from_last(items: list[Item]) -> None:
    for item in items:
        last = item.children[-1]
        item.lines.append(Para("", last.para.line, markers=tuple(_markers(last))))
        last.para = Para(last.para.text, last.para.line, last.para.level)
        last.lines[:] = [Para(para.text, para.line, para.level) for para in last.lines]


def _only_last(item: Item) -> bool:
    *others, last = item.children
    return not last.children and bool(_markers(last)) and not _markers(item) and not any(map(_has_marker, others))


def _has_marker(item: Item) -> bool:
    return any(_markers(each) for each in item.walk())


def _tasks(root: Item) -> list[Item]:
    """The items that carry markers, and their like beside them that have none."""
    carriers = {id(item) for item in root.walk() if _markers(item)}
    titles = {
        id(item)
        for item in root.walk()
        if id(item) in carriers and is_title(item.text) and any(_has_marker(child) for child in item.children)
    }
    kinds = {item.kind for item in root.walk() if id(item) in carriers - titles}
    found = []
    for item in root.walk():
        if id(item) in carriers - titles or (item.kind in kinds and _belongs(item, carriers - titles)):
            found.append(item)
    within = {id(item) for item in found}
    return [item for item in found if id(item) in carriers or not any(id(above) in within for above in item.above())]


def _belongs(item: Item, carriers: set[int]) -> bool:
    """Whether an item without marker is a task: half of its like in the section or in the chapter have one."""
    if item.kind == "root" or not item.text or _holds(item, carriers):
        return False
    beside = item.parent
    for above in (each for each in (beside, *item.above()) if each is not None):
        within = above.children if above is beside else above.walk()
        like = [each for each in within if each.kind == item.kind and each is not above]
        if len(like) > 1 and 2 * sum(id(each) in carriers for each in like) >= len(like):
            return above is beside or not any(NO_TASKS.search(each.title) for each in (item, *item.above()))
    return False


def _holds(item: Item, carriers: set[int]) -> bool:
    return any(id(each) in carriers for each in item.walk())
