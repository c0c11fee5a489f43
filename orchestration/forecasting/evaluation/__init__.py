"""How good a method was in the past, and which is chosen for it."""
