"""Clocks: by when something must have happened to a lead or a request, and what is done when it does not."""
