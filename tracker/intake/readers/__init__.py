"""One reader a file type; each gives the neutral :class:`tracker.intake.blocks.Document`."""
