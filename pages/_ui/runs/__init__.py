"""All runs of a project: the list, what is said of each, and several side by side."""
