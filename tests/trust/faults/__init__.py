"""A mail server with faults, and the trials that ask what became of each mail."""
