"""Programme: a campaign with all that lies below it, and their figures rolled up."""
