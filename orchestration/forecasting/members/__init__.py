"""The methods: baselines, the members of the median, and the median of them."""
