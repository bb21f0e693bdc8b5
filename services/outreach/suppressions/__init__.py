"""Who must not be reached over a channel any more."""
