"""Mails to the people who work here: something waits for them, or was decided."""
