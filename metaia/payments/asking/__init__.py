"""Questions to providers: what is not final, and what a webhook only hints at, is asked by a job."""
