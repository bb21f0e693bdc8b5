"""The overview: all campaigns at a glance."""
