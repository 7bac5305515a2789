"""How the installation stands: what is checked, what is measured, for its administrator and for monitoring."""
