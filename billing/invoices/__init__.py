"""What an invoice says, whoever numbered it, and the forms in which it says so."""
