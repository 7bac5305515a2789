"""Reminders: rules, ledger, digest, rehearsal."""
