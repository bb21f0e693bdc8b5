"""Journeys over whole stacks: five services with their workers, real processes all of them."""
