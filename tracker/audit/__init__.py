"""The audit: append-only hash chains, one for each plan and one for the system."""

from .checking import broken_chains
from .commands import SYSTEM_CHAIN, plan_chain, record

__all__ = ["SYSTEM_CHAIN", "broken_chains", "plan_chain", "record"]
