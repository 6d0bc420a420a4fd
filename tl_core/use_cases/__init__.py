"""What pages and the command line call. Importing it loads no torch and no queue."""
