"""What an organisation uses and pays."""
