"""SMS: how texts become parts, the way to an SMS centre or a gateway, and what comes back."""
