"""Who acts: a person with their memberships, or the system."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Role:
    """One membership: a role in a unit, or (``unit_id`` None) in a whole region."""

    region_id: int
    unit_id: int | None
    role: str


@dataclass(frozen=True, slots=True)
class Actor:
    """The acting person.  ``user_id`` None with ``is_system`` is the system; None without is nobody."""

    user_id: int | None
    name: str
    roles: tuple[Role, ...] = ()
    administrator: bool = False
    is_system: bool = False

    @property
    def key(self) -> str:
        """How audit and idempotency name the actor: ``user:7``, ``system`` or ``nobody``."""
        if self.is_system:
            return "system"
        return f"user:{self.user_id}" if self.user_id is not None else "nobody"

    @property
    def region_ids(self) -> frozenset[int]:
        """The regions this person works in."""
        return frozenset(role.region_id for role in self.roles)

    @property
    def unit_ids(self) -> frozenset[int]:
        """The units this person is handler or leader of."""
        return frozenset(
            role.unit_id for role in self.roles if role.unit_id is not None and role.role in ("handler", "leader")
        )

    def sees_region(self, region_id: int) -> bool:
        """Whether this person may see anything of the region."""
        return self.administrator or self.is_system or region_id in self.region_ids

    def has(self, role: str, unit_id: int) -> bool:
        """Whether this person has ``role`` in the unit."""
        return any(r.role == role and r.unit_id == unit_id for r in self.roles)


SYSTEM = Actor(user_id=None, name="system", is_system=True)
NOBODY = Actor(user_id=None, name="nobody")
