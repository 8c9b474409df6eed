"""Planning of routes; the only package that imports a solver."""
