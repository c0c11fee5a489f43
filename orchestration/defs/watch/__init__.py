"""What somebody wants to know after each build: checks in words and figures, and pictures."""
