"""Taking scans: they are facts, and the status of a shipment follows from all of them."""
