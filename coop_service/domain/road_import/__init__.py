"""A real road network from mapped ways: what their tags mean, junctions, pieces, sites on roads.

Positions are WGS-84 degrees, lengths metres on the sphere of
:data:`~coop_service.domain.network_faults.EARTH_RADIUS_M`. Everything that runs over nodes or
segments works on arrays.
"""
