import pytest

from config import SETTINGS, ConfigurationError, load

GOOD = {
    "METAIA_ENV": "production",
    "DATABASE_URL": "postgres://u:p@db/metaia",
    "REDIS_URL": "redis://redis/0",
    "SECRET_KEY": "s" * 32,
    "JWT_SECRET_KEY": "j" * 32,
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


@pytest.mark.parametrize("name", [s.name for s in SETTINGS if s.needed_in_production])
def test_production_does_not_start_without_what_it_needs_and_names_it(name):
    assert name in refused(**{name: ""})
    assert name in refused(**{name: "   "})


@pytest.mark.parametrize("name", ["SECRET_KEY", "JWT_SECRET_KEY"])
def test_production_refuses_a_weak_secret(name):
    assert refused(**{name: "x" * 31}).startswith(name)


@pytest.mark.parametrize("name", ["PORT", "BCRYPT_ROUNDS", "LOG_DAYS", "DATABASE_POOL", "TRUSTED_PROXIES"])
@pytest.mark.parametrize("value", ["many", "1.5", "0x10"])
def test_a_number_that_is_none_is_refused_by_name(name, value):
    message = refused(**{name: value})
    assert name in message
    assert value in message


def test_an_unknown_environment_is_refused():
    assert "staging" in refused(METAIA_ENV="staging")


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
