"""Loading logs into the raw tables."""
