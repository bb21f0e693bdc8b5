"""Attributes that a department defines for its contacts, customers and leads, each with a type."""
