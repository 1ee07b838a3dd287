"""HTTP: middleware, request hooks, declarations of routes, bodies, errors, limits, pagination."""
