"""Daily copies of the database: encrypted, checked, gone after 84 days at most, and never served as such."""
