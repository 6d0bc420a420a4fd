"""Finding the passages that answer a question, quoting them, and knowing when there are none."""
