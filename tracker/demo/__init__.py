"""The demo: its clock, its accounts and its history."""
