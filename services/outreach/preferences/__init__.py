"""The page on which recipients choose how they are reached."""
