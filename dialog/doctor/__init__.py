"""`dialog doctor`: is everything as an evening needs it? Go or no-go, and what to do."""
