"""Plans as published: sections, key tasks, units, indicators, rounds, and the instance row of each task."""
