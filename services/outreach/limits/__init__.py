"""What holds copies back: hours of the day, how often a contact is reached, and how fast we may send."""
