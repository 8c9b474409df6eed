"""Play a plan against random days: how well it holds, and what makes it late.

:mod:`~coop_service.domain.simulation.scenario` names what is random and how vans take it,
:mod:`~coop_service.domain.simulation.draws` draws it, :mod:`~coop_service.domain.simulation.script`
lays a plan out, :mod:`~coop_service.domain.simulation.play` plays it on many days at once
(:mod:`~coop_service.domain.simulation.runs`),
:mod:`~coop_service.domain.simulation.figures` sums up,
:mod:`~coop_service.domain.simulation.replay` writes a played plan down again.
"""
