"""What an organisation takes along when it leaves, and how nothing is left of it."""
