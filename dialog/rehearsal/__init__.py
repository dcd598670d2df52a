"""A simulated hall: real sockets, a facilitator who leads, and figures on what became of it all."""
