"""The methods: baselines, the members of the weighted median, and the median itself."""
