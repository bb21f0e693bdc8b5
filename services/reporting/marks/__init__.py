"""Marks in the feed, by which a new reader knows that all from before it bound its queue is there."""
