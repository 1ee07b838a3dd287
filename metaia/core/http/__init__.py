"""The HTTP edge: middleware, authentication hooks, bodies, errors, limits, pagination."""
