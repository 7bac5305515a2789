"""The audit: append-only hash chains, one for each plan and one for the system."""

from .commands import SYSTEM_CHAIN, broken_chains, plan_chain, record

__all__ = ["SYSTEM_CHAIN", "broken_chains", "plan_chain", "record"]
