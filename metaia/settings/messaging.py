"""Settings of messages: mail, SMS and push, their vendors, and the vendors' webhooks."""

from metaia.settings import parsers
from metaia.settings.setting import FLAG, INTEGER, NAMES, SECRET, SECRET_URL, URL, Kind, Setting

_EMAIL = (
    Setting(
        "EMAIL_PROVIDERS",
        "providers of e-mail, the preferred one first: sendgrid, smtp",
        "sendgrid,smtp",
        Kind("providers", parsers.some_of("sendgrid", "smtp")),
    ),
    Setting("MAIL_FROM", "sender of e-mails", "METAIA <no-reply@metaia.example>"),
    Setting(
        "CAMPAIGNS_TO_UNVERIFIED",
        "whether mails of campaigns go to addresses too that their users have not verified",
        "false",
        FLAG,
    ),
    Setting("SMTP_URL", "smtp://user:password@host:port, smtps:// for TLS", kind=SECRET_URL),
    Setting("SENDGRID_API_KEY", "SendGrid, for e-mails", kind=SECRET),
    Setting("SENDGRID_BASE_URL", "SendGrid's address", "https://api.sendgrid.com", URL),
    Setting(
        "SENDGRID_WEBHOOK_PUBLIC_KEY",
        "verifies SendGrid's webhooks: its key, as SendGrid's console shows it; several separated by commas",
    ),
)
_SMS = (
    Setting(
        "PHONE_REGION",
        "ISO 3166 region of telephone numbers that are written without a country code",
        "IN",
        Kind("region", parsers.phone_region),
    ),
    Setting(
        "SMS_PROVIDERS",
        "providers of SMS, the preferred one first: twilio, vonage",
        "twilio,vonage",
        Kind("providers", parsers.some_of("twilio", "vonage")),
    ),
    Setting("TWILIO_ACCOUNT_SID", "Twilio, for SMS; needs the next two"),
    Setting(
        "TWILIO_AUTH_TOKEN",
        "authenticates to Twilio (the first of several, separated by commas), and verifies its webhooks (each of them)",
        kind=SECRET,
        needed_by="TWILIO_ACCOUNT_SID",
    ),
    Setting(
        "TWILIO_FROM",
        "a number of ours, or the id of a messaging service (MG…)",
        needed_by="TWILIO_ACCOUNT_SID",
    ),
    Setting("TWILIO_BASE_URL", "Twilio's address", "https://api.twilio.com", URL),
    Setting("VONAGE_API_KEY", "Vonage, for SMS; needs the next two"),
    Setting("VONAGE_API_SECRET", "authenticates to Vonage", kind=SECRET, needed_by="VONAGE_API_KEY"),
    Setting("VONAGE_FROM", "a number of ours, or a name", needed_by="VONAGE_API_KEY"),
    Setting("VONAGE_BASE_URL", "Vonage's address", "https://api.nexmo.com", URL),
    Setting(
        "VONAGE_SIGNATURE_SECRET", "verifies Vonage's webhooks; several separated by commas", kind=SECRET
    ),
)
_PUSH = (
    Setting(
        "FCM_CREDENTIALS",
        "Firebase, for push: a service account's JSON, or the path of its file",
        kind=Kind("service_account", parsers.service_account, secret=True),
    ),
    Setting("FCM_BASE_URL", "Firebase's address", "https://fcm.googleapis.com", URL),
    Setting(
        "VAPID_PRIVATE_KEY",
        "signs Web Push: 32 bytes in base64url",
        kind=Kind("vapid_key", parsers.vapid_key, secret=True),
    ),
    Setting(
        "WEBPUSH_SERVICES",
        "origins of push services that may be called, separated by commas; `*.` stands for any subdomain",
        "https://fcm.googleapis.com,https://updates.push.services.mozilla.com,"
        "https://*.notify.windows.com,https://*.push.apple.com",
        NAMES,
    ),
    Setting("EXPO_ACCESS_TOKEN", "Expo, for push", kind=SECRET),
    Setting("EXPO_BASE_URL", "Expo's address", "https://exp.host", URL),
)
SETTINGS = (
    *_EMAIL,
    *_SMS,
    *_PUSH,
    Setting(
        "ANNOUNCEMENT_LINK_HOSTS",
        "hosts that links of announcements may lead to, besides PUBLIC_BASE_URL's",
        kind=NAMES,
    ),
    Setting(
        "WEBHOOK_TOLERANCE_MINUTES",
        "a signed webhook is refused if its time differs by more: old ones could be replayed",
        "5",
        INTEGER,
    ),
)
