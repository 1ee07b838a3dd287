"""How a provider can fail."""


class Temporary(Exception):
    """Try again later: the provider is away, busy, or asks for patience."""


class Permanent(Exception):
    """Trying again will not help: the address or the message is refused."""
