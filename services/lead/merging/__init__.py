"""Doubles: two contacts or customers become one, and are taken apart again where that was a mistake."""
