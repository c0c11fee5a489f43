"""Prices: what a price row is, LiteLLM's price book, and importing it."""
