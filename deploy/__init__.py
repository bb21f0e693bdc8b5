"""What is needed to run Fanfare somewhere, and the code that writes part of it."""
