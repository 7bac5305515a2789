"""Regions, units and people: aliases, memberships, sign-in, sessions, activation."""
