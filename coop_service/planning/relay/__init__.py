"""Days in two tiers: trunk and branch planned together, synchronised at the hubs.

A relayed day is planned in turns of two steps. The plain planner makes sequences: the day in legs
(:func:`coop_service.domain.relay.expand`) with bounds on the clock that make the tiers fit
(:mod:`~coop_service.planning.relay.bounds`). CP-SAT then finds the best times of all these
sequences together, with every link as it is (:mod:`~coop_service.planning.relay.timing`). What it
finds tells where the bounds should be in the next turn (:mod:`~coop_service.planning.relay.turns`).
Modes of townships are chosen around that (:mod:`~coop_service.planning.relay.modes`).

Two-echelon routing with synchronisation is surveyed in Drexl 2012, Transportation Science
46:297-316 (what makes routes depend on one another).
"""
