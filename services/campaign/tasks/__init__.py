"""Tasks of a campaign: planned as a tree, handed over at its launch, worked, and rescheduled."""
