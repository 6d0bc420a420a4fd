"""The nouns of Thaw. Pydantic models only: no input or output, no torch."""
