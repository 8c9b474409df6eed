"""Logistics service for a county supply-and-marketing cooperative (县供销合作社)."""

__version__ = "0.1.0"
