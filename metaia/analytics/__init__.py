"""Figures of the whole marketplace: derived tables that one consumer of the log keeps, and the answers from them."""
