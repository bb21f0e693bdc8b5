"""What visitors of hosted forms sent: who they are, what they agreed to, and whether they become leads."""
