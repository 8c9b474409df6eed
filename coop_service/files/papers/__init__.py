"""Papers (单据) for printing: the values of :mod:`coop_service.domain.papers` as PDF and xlsx."""
