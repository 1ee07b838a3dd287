"""Stub vendors (mail, SMS, push) in one small server, for `make run` and for tests.

The stubs check requests as the vendors' documentation requires, keep the messages, and fail on demand. They share no
code with the providers.
"""
