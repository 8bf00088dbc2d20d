"""The application's own users and groups."""
