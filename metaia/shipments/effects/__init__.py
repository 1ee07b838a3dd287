"""What a shipment does to its order: dispatched with the first parcel, delivered with the last one."""
