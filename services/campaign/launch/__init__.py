"""Launch: starting an approved campaign, taking the snapshot of its targets, and steering it from then on."""
