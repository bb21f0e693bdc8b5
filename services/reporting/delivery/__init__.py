"""Health of the outreach: what came of copies by channel and by mailing, and what was heard of them."""
