"""What is remembered: the database, a file a noun."""
