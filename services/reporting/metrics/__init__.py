"""The business metrics: figures of the active campaigns for Prometheus, bounded in number (REP-06)."""
