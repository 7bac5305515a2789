"""The level that a list of units leaves out: 市教育局、民政局 means 市民政局, 市委组织部、宣传部 means 市委宣传部."""

from __future__ import annotations

import re

from .vocabulary import COLLECTIVE, ends_foreign, ends_whole, level_of, office, party_office

_party = re.compile(r"(?P<level>.*?(?:省|市|县|区|州|盟|旗|自治区))委(?!员会|$)")
_office_like = re.compile(r"[局厅委办]$")
_above = ("国家", "中国", "中央", "团", "共青团")
_longest = 16


class Levels:
    """Goes along a list of names and remembers the level in force."""

    def __init__(self, level: str | None = None) -> None:
        """``level`` is that of the names before the list (市, 自治区, 韶关市), None where there are none."""
        self.level = level
        self._party = False

    def restore(self, name: str) -> str:
        """``name`` with the level it leaves out; as it is where it bears its own, or none can stand before it."""
        if own := level_of(name):
            self.level = own
            self._party = bool(_party.match(name))
            return name
        if self.level is None or not self._leaves_out(name):
            return name
        if party_office.match(name) or (name == "文明办" and self._party):
            return f"{self.level}{'党委' if self.level.endswith('自治区') else '委'}{name}"
        return f"{self.level}{name}"

    def may_lack(self, name: str) -> bool:
        """Whether ``name`` stays without a level, though it ends as an office of a government does."""
        return bool(
            self.level
            and _office_like.search(name)
            and level_of(name) is None
            and not COLLECTIVE.match(name)
            and not ends_foreign.search(name)
            and not name.startswith(_above)
        )

    @staticmethod
    def _leaves_out(name: str) -> bool:
        return bool(
            len(name) <= _longest
            and (office.match(name) or name.startswith("党委"))
            and ends_whole.search(name)
            and not ends_foreign.search(name)
            and not COLLECTIVE.match(name)
        )
