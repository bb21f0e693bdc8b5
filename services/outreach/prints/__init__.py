"""What goes to the print house, batch by batch with its manifest, and what the post brings back."""
