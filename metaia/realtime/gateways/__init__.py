"""Entry points of clients: handshakes, replay from a cursor, tickets, and polling by `GET /api/sync`."""
