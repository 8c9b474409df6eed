"""Values and rules of the trade: pure data and functions, no framework, database or solver."""
