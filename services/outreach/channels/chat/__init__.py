"""Chat: a plain text to the chat service that a contact named, by way of apprise."""
