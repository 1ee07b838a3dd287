"""Pictures of reviews, as public as their reviews."""
