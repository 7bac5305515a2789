"""The tick, and the process that ticks."""

from .ticking import tick

__all__ = ["tick"]
