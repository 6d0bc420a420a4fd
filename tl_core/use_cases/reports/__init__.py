"""What a report about one run says, part by part; each task tells its own in a file of its own. Loads no model."""
