"""People who ask for a copy of their data, or for its erasure: asked of every service, gathered and shown."""
