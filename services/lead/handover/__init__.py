"""Standing in for somebody for a while, and leaving for good."""
