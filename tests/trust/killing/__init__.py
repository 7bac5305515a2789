"""Mailers that are killed with -9 again and again, and the mail server that does it."""
