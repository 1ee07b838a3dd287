"""Settings of logins: the keys that sign, how long tokens and sessions live, second factors."""

from metaia.settings.setting import FLAG, INTEGER, KEY, KEYS, Setting

SETTINGS = (
    Setting(
        "SECRET_KEY",
        "signs links, cookies and cursors; encrypts second factors",
        kind=KEY,
        needed=True,
    ),
    Setting(
        "SECRET_KEY_PREVIOUS",
        "earlier values of SECRET_KEY, separated by commas: they still verify and decrypt",
        kind=KEYS,
    ),
    Setting("JWT_SECRET_KEY", "signs access and refresh tokens", kind=KEY, needed=True),
    Setting(
        "JWT_SECRET_KEY_PREVIOUS",
        "earlier values of JWT_SECRET_KEY, separated by commas: they still verify",
        kind=KEYS,
    ),
    Setting("ACCESS_TOKEN_MINUTES", "life of an access token", "15", INTEGER),
    Setting("REFRESH_TOKEN_DAYS", "life of a refresh token", "30", INTEGER),
    Setting(
        "REFRESH_REUSE_SECONDS",
        "for so long a refresh token used again gives the same successor instead of ending its session; 0: never",
        "20",
        INTEGER,
    ),
    Setting("SESSION_DAYS", "a session ends after this, however often it is used", "365", INTEGER),
    Setting(
        "REQUIRE_SECOND_FACTOR",
        "staff can do nothing without a second factor; true in production, else false, if not set",
        kind=FLAG,
        production_default="true",
    ),
    Setting("BCRYPT_ROUNDS", "cost of a password hash, as a power of two", "12", INTEGER),
)
