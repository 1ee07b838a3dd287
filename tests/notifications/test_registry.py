"""Registries of notifications: each application has its own, and a name is registered once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from marshmallow import ValidationError

from metaia.notifications import registry as notification_registry
from metaia.notifications.campaigns import audience_filters
from metaia.notifications.campaigns.audience_filters import AudienceFilter
from metaia.notifications.campaigns.schemas import CreateCampaign
from metaia.notifications.content import templates
from metaia.notifications.registry import NotificationType

NEWS = NotificationType("registry_news", "registry", ("in_app", "email"))
FILTER = AudienceFilter("has_paid_since", "false", "who has paid since then")
BODY = {"name": "a", "title": "b", "message": "c", "channels": ["email"]}


@pytest.fixture
def other(tmp_path: Path) -> Flask:
    """Give a second application with registrations of its own. It needs none of the extensions."""
    other = Flask("other")
    (tmp_path / "en.jinja").write_text("{% block registry_news__title %}News{% endblock %}")
    notification_registry.register(other, NEWS)
    templates.register(other, tmp_path)
    audience_filters.register(other, FILTER)
    return other


def loaded() -> Any:
    """Load a campaign for an audience by FILTER, and return that audience."""
    audience = {"roles": ["customer"], "hasPaidSince": "2026-01-01T00:00:00Z"}
    return CreateCampaign().load(BODY | {"audience": audience})["audience"]


def test_applications_share_no_registrations(app: Flask, other: Flask) -> None:
    with other.app_context():
        assert list(notification_registry.categories()) == ["registry"]
        assert templates.render_part("registry_news", "title", "en", {}) == "News"
        assert "has_paid_since" in loaded()
    with app.app_context():
        assert "registry" not in notification_registry.categories()
        with pytest.raises(LookupError):
            templates.render_part("registry_news", "title", "en", {})
        with pytest.raises(ValidationError, match="hasPaidSince"):
            loaded()


def test_a_second_registration_raises(other: Flask, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="registry_news"):
        notification_registry.register(other, NEWS)
    with pytest.raises(ValueError, match="notification_templates"):
        templates.register(other, tmp_path)
    with pytest.raises(ValueError, match="hasPaidSince"):
        audience_filters.register(other, FILTER)
