"""The money of a campaign, played over HTTP from design to close."""
