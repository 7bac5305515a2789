"""Intake: a published plan document becomes a draft, and a draft becomes a plan (docs/intake.md)."""
