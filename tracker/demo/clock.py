"""The demo's clock: setting the offset that ``clock.business_now`` adds to real time."""

from __future__ import annotations

import math
from datetime import datetime

from sqlalchemy.orm import Session

from ..clock import DemoClock, business_now, real_now
from ..config import Settings
from ..errors import NotAllowed
from ..i18n import N_

NOT_A_DEMO = N_("This is not the demo: its clock and its accounts are only there with TRACKER_DEMO=1.")


def require_demo(settings: Settings) -> None:
    """Raises NotAllowed in a real installation."""
    if not settings.demo:
        raise NotAllowed(NOT_A_DEMO)


def set_clock(session: Session, moment: datetime) -> None:
    """Let the business clock show ``moment`` (aware) now, a second more at most, wherever it stood.  For loading."""
    clock = session.get(DemoClock, 1)
    offset = math.ceil((moment - real_now()).total_seconds())
    if clock is None:
        session.add(DemoClock(id=1, offset_seconds=offset))
    else:
        clock.offset_seconds = offset
    session.flush()


def move_forward(session: Session, moment: datetime) -> bool:
    """Let the business clock show ``moment`` now, unless it is past it already; returns whether it moved."""
    if business_now(session) >= moment:
        return False
    set_clock(session, moment)
    return True
