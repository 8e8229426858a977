"""The web application and the command line: HTTP and files in, HTTP and text out, no mathematics."""
