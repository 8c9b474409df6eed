"""Version 1 of the HTTP API, one concern a module; each exposes its blueprint as ``blp``."""
