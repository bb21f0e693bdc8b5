"""The timeline of a target: everything that happened to it in its campaign."""
