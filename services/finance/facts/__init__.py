"""What finance knows of campaigns: its own copy, fed by their events and by those of leads."""
