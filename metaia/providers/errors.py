"""How a provider can fail."""


class Temporary(Exception):
    """Try again later: the provider is away, busy, or asks for patience (`retry_after`, in seconds)."""

    def __init__(self, text: str, *, retry_after: float | None = None) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class Permanent(Exception):
    """Trying again will not help: the message is refused, or nobody can be reached at the address any more.

    That is either for good (`gone`), or because its owner has told the provider so (`stopped`), and may take it back.
    """

    def __init__(self, text: str, *, gone: bool = False, stopped: bool = False) -> None:
        super().__init__(text)
        self.gone = gone
        self.stopped = stopped


class Technical(Exception):
    """It is between the provider and us: credentials, contract, configuration. Another provider may do it."""
