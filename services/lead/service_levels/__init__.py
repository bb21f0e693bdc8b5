"""How fast the business promises to be: calendars of working hours, and service levels that count in them."""
