"""Where leads come from and what each source is worth, by first touch, last touch or linearly (REP-03)."""
