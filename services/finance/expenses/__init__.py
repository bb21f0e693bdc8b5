"""What expenses may cost: their kinds, allowances by unit and day, and policies that claims are held to."""
