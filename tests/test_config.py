import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from config import load
from metaia.core.access import production_checks
from metaia.settings import SETTINGS, setting
from metaia.settings.environment import ConfigurationError

ROOT = Path(__file__).parents[1]
GOOD = {
    "METAIA_ENV": "production",
    "DATABASE_URL": "postgres://u:p@db/metaia",
    "REDIS_URL": "redis://redis/0",
    "SECRET_KEY": secrets.token_urlsafe(24),
    "JWT_SECRET_KEY": secrets.token_urlsafe(24),
    "PUBLIC_BASE_URL": "https://api.example.com",
    "MEDIA_BASE_URL": "https://media.example.com",
}


def refused(**changes: str) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load(GOOD | changes)
    return str(caught.value)


def test_a_whole_environment_is_taken():
    config = load(GOOD | {"PORT": "8080", "CORS_ORIGINS": "https://a.example, https://b.example,"})
    assert config["PORT"] == 8080
    assert config["CORS_ORIGINS"] == ["https://a.example", "https://b.example"]
    assert config["DATABASE_URL"] == "postgresql+psycopg://u:p@db/metaia"
    assert config["DEFAULT_CURRENCY"] == "INR"
    assert config["LOG_JSON"] is True


@pytest.mark.parametrize("name", [s.name for s in SETTINGS if s.needed])
def test_production_does_not_start_without_what_it_needs_and_names_it(name):
    assert name in refused(**{name: ""})
    assert name in refused(**{name: "   "})


@pytest.mark.parametrize("name", production_checks.SECRETS)
@pytest.mark.parametrize(
    "weak",
    [
        "x" * 31,
        "x" * 64,
        "abc123" * 8,
        "aB3$xY9!kL2@mN7#" * 2,  # random, but twice the same
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "0123456789" * 5,
        "test-secret-key-of-thirty-two-chars!",  # tests/conftest.py
        "test-jwt-secret-key-of-32-characters",
        "changeme-1f9k3jd8s7h2k4l5m6n7b8v9c0x",
        "your-256-bit-key-goes-here-0123456789",
    ],
)
def test_production_refuses_a_weak_secret(name, weak):
    message = refused(**{name: weak})
    assert message.startswith(name)
    assert weak not in message


@pytest.mark.parametrize("name", production_checks.PREVIOUS)
def test_keys_before_are_a_list_and_each_must_be_strong(name):
    keys = [secrets.token_urlsafe(32) for _ in range(2)]
    assert load(GOOD | {name: f" {keys[0]},{keys[1]}, "})[name] == keys
    assert load(GOOD)[name] == []
    assert refused(**{name: f"{keys[0]},{'x' * 40}"}).startswith(name)


@pytest.mark.parametrize("make", [secrets.token_urlsafe, secrets.token_hex])
def test_what_is_random_is_not_weak(make):
    assert [production_checks.weakness(make(32)) for _ in range(1000)] == [None] * 1000


def test_a_weak_secret_will_do_on_ones_own_machine():
    assert load(GOOD | {"METAIA_ENV": "development", "SECRET_KEY": "x", "JWT_SECRET_KEY": "x"})


def test_production_refuses_one_secret_for_two_things():
    assert "SECRET_KEY and JWT_SECRET_KEY" in refused(SECRET_KEY=GOOD["JWT_SECRET_KEY"])
    assert "SECRET_KEY and JWT_SECRET_KEY" in refused(SECRET_KEY_PREVIOUS=GOOD["JWT_SECRET_KEY"])


@pytest.mark.parametrize("url", ["", "http://api.example.com", "http://127.0.0.1:5000"])
def test_production_is_reached_by_https(url):
    assert "PUBLIC_BASE_URL" in refused(PUBLIC_BASE_URL=url)
    assert load(GOOD | {"METAIA_ENV": "development", "PUBLIC_BASE_URL": url})["ONLY_HTTPS"] is False


@pytest.mark.parametrize(
    "url",
    ["", "http://media.example.com", "https://api.example.com", "https://API.example.com:8443", "https://"],
)
def test_production_serves_local_files_from_another_host(url):
    assert "MEDIA_BASE_URL" in refused(MEDIA_BASE_URL=url)
    bucket = {
        "STORAGE": "s3",
        "S3_BASE_URL": "https://s3.example.com",
        "S3_BUCKET": "media",
        "S3_ACCESS_KEY_ID": "id",
        "S3_SECRET_ACCESS_KEY": "key",
    }
    assert load(GOOD | bucket | {"MEDIA_BASE_URL": url})["STORAGE"] == "s3"


def test_a_store_without_its_settings_does_not_start():
    assert "S3_BASE_URL is not set; STORAGE=s3 needs it" in refused(STORAGE="s3")
    assert "CLOUDINARY_URL is not set" in refused(STORAGE="cloudinary")
    assert "S3_BUCKET is not set" in refused(S3_BASE_URL="https://s3.example.com")


@pytest.mark.parametrize(
    "url",
    [
        "https://key:secret@demo",
        "cloudinary://demo",
        "cloudinary://key@demo",
        "cloudinary://key:s3cret@",
        "cloudinary://key:s3cret@demo?signature_algorithm=md5",
    ],
)
def test_an_account_of_cloudinary_is_complete(url):
    assert refused(CLOUDINARY_URL=url) == "CLOUDINARY_URL is not cloudinary://key:secret@cloud"


@pytest.mark.parametrize("origins", ["*", "https://a.example, *"])
def test_production_names_its_origins(origins):
    assert "CORS_ORIGINS" in refused(CORS_ORIGINS=origins)
    assert "*" in load(GOOD | {"METAIA_ENV": "development", "CORS_ORIGINS": origins})["CORS_ORIGINS"]


@pytest.mark.parametrize("origin", ["app.example.com", "https://app.example.com/", "https://a.example b"])
def test_what_is_no_origin_is_refused(origin):
    assert origin in refused(CORS_ORIGINS=origin)


def test_names_under_which_the_service_may_be_called():
    there = GOOD | {"TRUSTED_HOSTS": "api.internal, .example.org"}
    assert load(there)["HOSTS"] == ["api.internal", ".example.org", "api.example.com", "media.example.com"]
    assert load(there | {"METAIA_ENV": "testing", "MEDIA_BASE_URL": ""})["HOSTS"][2:4] == [
        "api.example.com",
        "localhost",
    ]
    assert {"localhost", "127.0.0.1"} < set(load(there | {"METAIA_ENV": "development"})["HOSTS"])


def test_a_database_without_a_password_on_another_machine_is_worth_a_warning():
    assert production_checks.warnings(load(GOOD)) == ["REDIS_URL goes to another machine without a password"]
    here = {"REDIS_URL": "redis://127.0.0.1/0", "DATABASE_URL": "postgresql:///metaia?host=/run/postgresql"}
    assert production_checks.warnings(load(GOOD | here)) == []
    away = {"REDIS_URL": "redis://:p@redis/0", "DATABASE_URL": "postgresql://u@db/metaia"}
    assert production_checks.warnings(load(GOOD | away)) == [
        "DATABASE_URL goes to another machine without a password"
    ]


def test_settings_of_another_backend_are_named_with_what_replaces_them(tmp_path, monkeypatch):
    written = "MONGODB_URI=mongodb://me:hunter2@db/metaia\nJWT_SECRET=hunter2\nNODE_ENV=production\nPORT=1\nMINE=2\n"
    (tmp_path / ".env").write_text(written)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "environ", GOOD | {"METAIA_ENV": "development", "HOST": "", "CORS_ORIGINS": ""})
    found = production_checks.warnings(load())
    assert found[:3] == [
        "MONGODB_URI in .env is not read; set DATABASE_URL: data are in PostgreSQL",
        "JWT_SECRET in .env is not read; set JWT_SECRET_KEY",
        "NODE_ENV in .env is not read; set METAIA_ENV",
    ]
    assert "hunter2" not in str(found)
    assert not [concern for concern in found if "PORT" in concern or "MINE" in concern]


@pytest.mark.parametrize(
    "name", ["PORT", "BCRYPT_ROUNDS", "LOG_DAYS", "NOTIFICATION_DAYS", "DATABASE_POOL", "TRUSTED_PROXIES"]
)
@pytest.mark.parametrize("value", ["many", "1.5", "0x10"])
def test_a_number_that_is_none_is_refused_by_name(name, value):
    message = refused(**{name: value})
    assert name in message
    assert value in message


def test_an_unknown_environment_is_refused():
    assert "staging" in refused(METAIA_ENV="staging")


def test_the_password_of_the_demo_is_refused_in_production():
    assert "METAIA_DEMO_PASSWORD" in refused(METAIA_DEMO_PASSWORD="metaia-demo")


def test_fault_points_are_for_tests_only():
    assert "METAIA_FAULT" in refused(METAIA_FAULT="after_commit")
    assert (
        load(GOOD | {"METAIA_ENV": "testing", "METAIA_FAULT": "after_commit"})["METAIA_FAULT"]
        == "after_commit"
    )


@pytest.mark.parametrize(
    ("value", "on"), [("", True), ("true", True), ("1", True), ("false", False), ("OFF", False)]
)
def test_rate_limits_can_be_turned_off(value, on):
    assert load(GOOD | {"RATELIMIT_ENABLED": value})["RATELIMIT_ENABLED"] is on


def test_what_the_caller_says_wins():
    assert load(GOOD, PORT=1, ANYTHING="x")["PORT"] == 1


def test_secrets_are_never_in_a_refusal():
    assert "hunter2" not in refused(SECRET_KEY="hunter2")


def test_providers_are_named_in_the_order_in_which_they_are_preferred():
    config = load(GOOD | {"EMAIL_PROVIDERS": "smtp, sendgrid"})
    assert config["EMAIL_PROVIDERS"] == ["smtp", "sendgrid"]
    assert config["SMS_PROVIDERS"] == ["twilio", "vonage"]
    assert "https://*.push.apple.com" in config["WEBPUSH_SERVICES"]


@pytest.mark.parametrize("name", ["EMAIL_PROVIDERS", "SMS_PROVIDERS"])
def test_a_provider_that_does_not_exist_is_refused(name):
    assert name in refused(**{name: "pigeon"})


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_FROM": "+1"}, "TWILIO_AUTH_TOKEN"),
        ({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "hunter2"}, "TWILIO_FROM"),
        ({"VONAGE_API_KEY": "k", "VONAGE_FROM": "METAIA"}, "VONAGE_API_SECRET"),
    ],
)
def test_half_of_a_vendors_credentials_is_refused(given, lacking):
    message = refused(**given)
    assert message.startswith(lacking)
    assert "hunter2" not in message


ACCOUNT = (
    '{"project_id": "p", "client_email": "e", "private_key": "hunter2", "token_uri": "https://t.example"}'
)


def test_a_service_account_is_given_as_json_or_as_the_path_of_its_file(tmp_path):
    path = tmp_path / "account.json"
    path.write_text(ACCOUNT)
    for given in (ACCOUNT, str(path)):
        assert load(GOOD | {"FCM_CREDENTIALS": given})["FCM_CREDENTIALS"]["project_id"] == "p"
    assert load(GOOD)["FCM_CREDENTIALS"] is None


@pytest.mark.parametrize(
    "given",
    ['{"private_key": "hunter2"}', "{", "[]", "/nowhere/account.json", ACCOUNT.replace("token_uri", "token")],
)
def test_a_service_account_that_is_none_is_refused_without_its_secret(given):
    message = refused(FCM_CREDENTIALS=given)
    assert message.startswith("FCM_CREDENTIALS")
    assert "hunter2" not in message


@pytest.mark.parametrize("given", ["AAAA", "not base64url!", "A" * 44, "Ä" * 43])
def test_a_vapid_key_that_is_none_is_refused(given):
    assert refused(VAPID_PRIVATE_KEY=given).startswith("VAPID_PRIVATE_KEY")


def test_a_vapid_key_is_taken_with_or_without_padding():
    for given in ("A" * 42 + "E", "A" * 42 + "E="):
        assert load(GOOD | {"VAPID_PRIVATE_KEY": given})["VAPID_PRIVATE_KEY"] == given


def test_every_default_is_a_value_of_its_settings_kind():
    for each in SETTINGS:
        for stage in ("development", "testing", "production"):
            each.kind.parse(each.text("", stage=stage))


def test_names_of_settings_are_unique_and_dependencies_exist():
    names = [each.name for each in SETTINGS]
    assert len(set(names)) == len(names)
    assert {each.needed_by.partition("=")[0] for each in SETTINGS} - {""} <= set(names)


def test_the_kind_gives_the_type_whatever_the_name():
    typed = {setting.INTEGER: int, setting.FLAG: bool, setting.NAMES: list, setting.KEYS: list}
    config = load(GOOD | {"METAIA_ENV": "development"})
    for each in SETTINGS:
        if each.kind in typed and each.name != "TRUSTED_HOSTS":  # an input of HOSTS only
            assert type(config[each.name]) is typed[each.kind], each.name


def test_settings_import_nothing_that_gevent_patches():
    code = "import sys, config; print(*({'gevent', 'ssl', 'socket', 'flask'} & set(sys.modules)))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == ""


@pytest.mark.parametrize(
    ("environment", "bind"), [({}, "127.0.0.1:6001"), ({"PORT": "6002"}, "127.0.0.1:6002")]
)
def test_the_file_with_settings_is_read_by_gunicorn_too(tmp_path, environment, bind):
    (tmp_path / ".env").write_text("PORT=6001\n")
    assert gunicorns_bind(tmp_path, environment) == bind


def test_tests_read_no_file_with_settings(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("PORT=6001\nDEFAULT_CURRENCY=EUR\n")
    assert gunicorns_bind(tmp_path, {"METAIA_ENV": "testing"}) == "127.0.0.1:5000"
    monkeypatch.chdir(tmp_path)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("METAIA_ENV", "testing")
    assert load()["DEFAULT_CURRENCY"] == "INR"


def gunicorns_bind(folder, environment):
    """Return the address that gunicorn listens on when it is started in `folder`."""
    code = f"import runpy; print(runpy.run_path({str(ROOT / 'gunicorn.conf.py')!r})['bind'])"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
