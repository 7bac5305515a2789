"""Exchange: plans leave as files that offices work with (docs/operations.md)."""
