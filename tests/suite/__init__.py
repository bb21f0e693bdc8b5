"""Journeys over two stacks that all files here share: five services with their workers, real processes."""
