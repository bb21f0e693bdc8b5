"""The technical ground every service stands on. No word of the business domain lives here."""
