"""The HTTP service: application factory, API, pages, errors and access."""
