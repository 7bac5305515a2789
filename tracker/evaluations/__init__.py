"""Rounds, overdue and the status lamp."""
