"""What a person sees of many tasks: my work, verification queue, load of the units."""
