"""The API, WebSocket and tracking page of the Timing app."""
