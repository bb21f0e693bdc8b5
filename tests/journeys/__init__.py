"""Journeys over whole stacks that nobody else uses, each started for its own file and stopped after it."""
