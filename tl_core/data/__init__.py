"""From an upload to a Dataset and its Split. Nothing in here imports torch."""
