"""What a mail says: a small safe language of fields, filters and conditions."""
