"""The only code that knows paths and SQL."""
