"""The log and the few tables beside it: plain functions on a SQLAlchemy connection."""
