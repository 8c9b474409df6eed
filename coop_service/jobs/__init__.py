"""Work done elsewhere than in the web process: plans and scenario-days on a Dask cluster."""
