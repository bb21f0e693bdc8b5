"""Settlement: planned against actual, what still stands in the way, and the end of a budget."""
