"""Why an order is left out, and the least change that would admit it."""
