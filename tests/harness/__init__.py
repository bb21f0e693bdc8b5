"""What tests stand on: databases, brokers, served services and people who call them."""
