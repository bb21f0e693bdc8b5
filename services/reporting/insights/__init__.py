"""Beyond a campaign's evaluation: touches and worth of leads, satisfaction, what was heard of copies."""
