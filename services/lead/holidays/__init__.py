"""Public holidays of countries and their parts, put into the calendars of working hours, year by year."""
