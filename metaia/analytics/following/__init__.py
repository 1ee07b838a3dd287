"""The consumer of the log: changed objects to facts, and their quarter hours to rollups."""
