"""Errors of all processes, by fingerprint: counted, resolved, ignored, reopened."""
