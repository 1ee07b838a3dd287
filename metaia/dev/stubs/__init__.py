"""The vendors that METAIA sends by, played by one small server: for `make run`, and for tests.

It checks what they check, keeps what arrives, and misbehaves when told to. It knows their documentation, not our code.
"""
