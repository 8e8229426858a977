"""Serving the application: the listening socket, the workers, and what each connection is allowed."""
