"""What finance holds about a person who asks: nothing, and it says so."""
