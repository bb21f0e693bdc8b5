"""Waves: the outreach steps of a campaign, released to the outreach service as pages of targets."""
