"""Changing: what may change of a campaign that is approved, directly or by an amendment of its plan."""
