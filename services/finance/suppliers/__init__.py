"""The file of suppliers that purchases are made from."""
