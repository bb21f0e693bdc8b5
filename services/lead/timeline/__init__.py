"""What happened with a contact or a customer, from every service, newest first."""
