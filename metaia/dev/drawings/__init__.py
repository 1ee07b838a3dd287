"""Pictures of the demo, drawn here: dishes, cloth and people."""
