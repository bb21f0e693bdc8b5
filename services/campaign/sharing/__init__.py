"""Sharing targets out to staff by rule, and who may work which of them."""
