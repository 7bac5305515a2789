"""Progress reports and comments."""
