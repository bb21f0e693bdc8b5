"""The money that waves ask for before they go out: reserved, spent as copies go, and given back."""
