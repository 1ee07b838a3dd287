"""The AsyncAPI document, generated from the event catalogue."""
