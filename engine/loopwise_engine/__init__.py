"""The engine: keeps what is reported, and decides what to label next."""
