"""Vendors for `make run`: for each channel that the environment names none for, one that sends to nobody."""

from metaia.dev import settings as dev_settings
from metaia.dev.process_registry import free_port
from metaia.dev.stubs import credentials


def add_stand_ins(environment: dict[str, str], commands: dict[str, str]) -> None:
    """Add the command that takes and shows messages, and the settings that lead them there."""
    smtp, stub, page = free_port(), free_port(), _usual_port(environment)
    fakes = credentials.fake(f"http://127.0.0.1:{stub}", environment["PUBLIC_BASE_URL"])
    fakes["email"]["SMTP_URL"] = f"smtp://127.0.0.1:{smtp}"
    for settings in fakes.values():
        if not any(environment.get(name) for name in settings):
            environment |= settings
    environment["METAIA_MESSAGES_PAGE"] = f"http://127.0.0.1:{page}/"
    commands["arrivals"] = (
        f"python -m metaia.dev.mailbox --smtp-port {smtp} --stub-port {stub} --page-port {page}"
        ' --home "$METAIA_HOME"'
    )


def _usual_port(environment: dict[str, str]) -> int:
    """Return the same port each time, if it is free: the page gets bookmarked."""
    usual = int(environment["PORT"]) + 25
    return usual if usual < 65536 and dev_settings.is_free(usual) else free_port()
