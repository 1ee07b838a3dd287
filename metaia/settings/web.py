"""Settings of the web process: its address, the requests that it accepts, and how many."""

from metaia.settings.setting import CONSOLE_MODE, FLAG, INTEGER, NAMES, ORIGINS, URL, Setting

SETTINGS = (
    Setting(
        "HOST",
        "IP address on which the web process listens, 0.0.0.0 for all; if not set, 127.0.0.1, in production all",
    ),
    Setting("PORT", "port of the web process", "5000", INTEGER),
    Setting(
        "PUBLIC_BASE_URL", "address under which clients reach this service", "http://127.0.0.1:5000", URL
    ),
    Setting(
        "ACCOUNT_PAGE_URL", "page that links in mails open, if not /account under PUBLIC_BASE_URL", kind=URL
    ),
    Setting(
        "TRUSTED_HOSTS",
        "names of this service besides PUBLIC_BASE_URL's; .example.com for all below",
        kind=NAMES,
    ),
    Setting(
        "CORS_ORIGINS",
        "origins that browsers may call from, separated by commas; in development, if not set, those of this machine",
        kind=ORIGINS,
        development_default="http://localhost:*,https://localhost:*,http://127.0.0.1:*,http://10.0.2.2:*,"
        "capacitor://localhost,ionic://localhost",
    ),
    Setting(
        "CORS_NULL_ORIGIN",
        "true lets pages without an origin (null, file://: Electron, Cordova) call with a token; cookies never count",
        "false",
        FLAG,
    ),
    Setting(
        "TRUSTED_PROXIES",
        "number of proxies in front; X-Forwarded-For and -Proto of so many are believed",
        "0",
        INTEGER,
    ),
    Setting(
        "CONSOLE",
        "all: /console/ is for everyone, staff: for staff only, off: there is none",
        "all",
        CONSOLE_MODE,
        production_default="staff",
    ),
    Setting(
        "RATELIMIT_ENABLED",
        "false turns rate limits, and that of connections per user, off: for load runs",
        "true",
        FLAG,
    ),
    Setting(
        "CONNECTS_PER_MINUTE",
        "connections that one address may begin, of all kinds; a mobile network has thousands of customers behind one",
        "6000",
        INTEGER,
    ),
)
