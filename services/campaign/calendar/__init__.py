"""When things happen: the calendar as JSON, and the feeds that calendar programs subscribe to."""
