"""What providers call us with: receipts, bounces, complaints and messages, each call signed."""
