"""Use cases: each function gathers what it needs, decides, and applies the result."""
