"""What `doctor` and `run` print."""
