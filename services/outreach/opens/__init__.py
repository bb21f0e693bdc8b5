"""Who opened a mail, and whether it was a person."""
