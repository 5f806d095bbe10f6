"""Three businesses that do not exist, and a year of requests from people who do not exist."""
