"""A TLS client certificate, asked for by nginx on a host of its own."""
