"""The database: tables, sessions, queries and migrations."""
