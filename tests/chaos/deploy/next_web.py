"""The web process of release N+1."""

from wsgi import app  # first: it patches the standard library

from tests.chaos.deploy import next_release  # isort: skip

next_release.register(app)
__all__ = ["app"]
