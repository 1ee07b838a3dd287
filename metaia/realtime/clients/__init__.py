"""Open connections: limits, rooms and delivery for Socket.IO, plain WebSocket and server-sent events."""
