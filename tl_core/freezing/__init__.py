"""The freeze boundary: stages before it run once over the data, compiled, and only what comes after is trained."""
