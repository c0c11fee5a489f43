"""Open the warehouse: the lock, the client and the raw tables."""
