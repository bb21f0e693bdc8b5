"""The audience: what a campaign's target list is made of, who is left out of it and why, and its snapshot."""
