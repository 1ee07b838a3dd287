"""What a process observes about itself: exceptions and durations, in memory; `system` writes them to the database."""
