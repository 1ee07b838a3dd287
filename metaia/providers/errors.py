"""The failures of a provider call."""


class Temporary(Exception):
    """The provider is unavailable or busy. Retry later, after `retry_after` seconds if the provider asks for it."""

    def __init__(self, text: str, *, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class Permanent(Exception):
    """The provider refuses the message or its address. A retry fails too.

    `gone`: the address does not exist any more. `full`: it accepts nothing for a while. `stopped`: its owner opted out
    at the provider, and can opt in again.
    """

    def __init__(self, text: str, *, gone: bool = False, full: bool = False, stopped: bool = False) -> None:
        super().__init__(text)
        self.gone = gone
        self.full = full
        self.stopped = stopped


class Technical(Exception):
    """Our credentials, configuration or use of the API are wrong. Another provider may accept the message."""
