"""Orders, sites and vehicles as people write them in spreadsheets: headings, cells, faults.

Pure functions on cells; how a file becomes cells is the concern of :mod:`coop_service.files`.
"""
