"""A durable queue and the processes that do its work; the pages only read what these leave in the folders."""
