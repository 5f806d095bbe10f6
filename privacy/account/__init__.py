"""What somebody with an account sees, takes along and asks of their own data."""
