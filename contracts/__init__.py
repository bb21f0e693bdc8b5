"""What other systems may rely on: events by producer, the queue map, and the role names.

Nothing in here knows how an event travels. A contract that has shipped changes only compatibly.
"""
