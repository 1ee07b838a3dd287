"""Proofs of shops on several web processes: prices, stock, claims, rounds of offers."""
