"""The measured comparisons: each is a ratio against the raw limit, taken in one run."""
