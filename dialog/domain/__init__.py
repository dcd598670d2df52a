"""The dialogue and its rules. No clock, no socket, no database, no await."""
