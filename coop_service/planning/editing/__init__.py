"""Times for plans that are changed by hand, and where an order would fit.

A vehicle's visits in a given order are timed exactly where some way keeps every rule, and else by
simply driving on (:mod:`~coop_service.planning.editing.forward`), so that verification can say
what is broken and by how much.
"""
