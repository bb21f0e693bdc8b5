"""Answers: what comes back from targets, judged and kept, and how far each target has come."""
