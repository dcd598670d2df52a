"""Live citizen dialogue for any municipality: from the phones in the hall to the decision."""

__version__ = "0.1.0"
