"""The REST API, a resource a file."""
