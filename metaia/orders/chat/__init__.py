"""Orders as the subject of conversations: their people, and the coming and going of their couriers."""
