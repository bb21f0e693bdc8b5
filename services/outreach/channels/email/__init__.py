"""Email: MIME, signatures and the SMTP client."""
