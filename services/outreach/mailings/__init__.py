"""One mailing for each wave, one delivery for each of its targets, and the sender."""
