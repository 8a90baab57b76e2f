"""Redsys: cards and Bizum, by redirection; refunds and questions server to server."""
