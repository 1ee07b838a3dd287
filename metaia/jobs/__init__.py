"""Background jobs: what is declared, the dispatcher that enqueues them in RQ, and the worker that runs them."""
