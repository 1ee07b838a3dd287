"""The demo provider of payments: its books, its API, and the page on which a customer pays. No money moves."""
