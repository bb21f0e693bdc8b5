"""Mails that answer what a contact asked for: one to one, with links to documents, and no mailing."""
