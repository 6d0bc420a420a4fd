"""Sample sets: real data that a package index holds, fetched as files when a person asks for one."""
