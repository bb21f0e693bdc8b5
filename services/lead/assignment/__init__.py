"""Who gets a lead: the reps and what they take, the rules, the choice, and the deadline to accept."""
