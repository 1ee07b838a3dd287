"""Vendors for `make run`: a stub that sends nothing, for each channel that the environment configures no vendor for."""

from metaia.dev import settings as dev_settings
from metaia.dev.process_registry import free_port
from metaia.dev.stubs import credentials


def add_stub_processes(environment: dict[str, str], commands: dict[str, str]) -> None:
    """Add the command of the stub vendors and mailbox, and the settings that send messages there."""
    smtp, stub, page = free_port(), free_port(), _usual_port(environment)
    fakes = credentials.fake(f"http://127.0.0.1:{stub}", environment["PUBLIC_BASE_URL"])
    fakes["email"]["SMTP_URL"] = f"smtp://127.0.0.1:{smtp}"
    if environment.get("STORAGE") == "cloudinary" and not environment.get("CLOUDINARY_URL"):
        environment |= credentials.fake_store(f"http://127.0.0.1:{stub}")
    for settings in fakes.values():
        if not any(environment.get(name) for name in settings):
            environment |= settings
    environment["METAIA_MESSAGES_PAGE"] = f"http://127.0.0.1:{page}/"
    commands["mailbox"] = (
        f"python -m metaia.dev.mailbox --smtp-port {smtp} --stub-port {stub} --page-port {page}"
        ' --home "$METAIA_HOME"'
    )


def _usual_port(environment: dict[str, str]) -> int:
    """Return the same port each time if it is free, so that a bookmark of the page works."""
    usual = int(environment["PORT"]) + 25
    return usual if usual < 65536 and dev_settings.is_free(usual) else free_port()
