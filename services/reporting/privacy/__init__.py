"""What the archive of events holds about a person: handed out as a copy, or made anonymous, when they ask."""
