"""When an order arrives, as all its parties see it."""
