"""Load logs into the raw tables."""
