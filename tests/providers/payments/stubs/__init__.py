"""Payment providers for tests: they speak HTTP, keep their own books, and check what the vendors' documents require.

They share no code with the adapters.
"""
