"""Every message that crosses the wire or enters the log, defined once, as types."""
