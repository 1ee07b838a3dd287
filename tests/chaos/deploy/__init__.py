"""A rolling deployment under load: release N, release N+1 with a new event and job, behind a balancer."""
