"""Back-tests, measures of accuracy and model selection."""
