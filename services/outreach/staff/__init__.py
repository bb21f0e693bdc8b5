"""Who works here and where their mail goes: a directory for notices, since a token names no address."""
