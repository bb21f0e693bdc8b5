"""Fax: the page of a letter, sent as a mail to an email-to-fax service or over an HTTP gateway."""
