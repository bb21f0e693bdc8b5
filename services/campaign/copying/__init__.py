"""Copying: a new draft made from another campaign, with all its dates moved."""
