"""What a contact may be to its customer: a list that ships with the product, and a department's own rows."""
