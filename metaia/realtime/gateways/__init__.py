"""Where connections begin: handshake, replay from a cursor, tickets, polling by `GET /api/sync`."""
