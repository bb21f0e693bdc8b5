"""What outreach holds about a person: handed out as a copy, or erased, when the person asks."""
