"""Settings of payments: the providers, their credentials, and the secrets of their webhooks."""

from metaia.settings.setting import FLAG, INTEGER, SECRET, URL, Setting

SETTINGS = (
    Setting(
        "PAYMENT_PAGE_URL",
        "page that customers return to after they have paid elsewhere, with ?payment= and &status=; empty: the index",
        kind=URL,
    ),
    Setting("RAZORPAY_KEY_ID", "Razorpay, for payments; needs the next one"),
    Setting(
        "RAZORPAY_KEY_SECRET",
        "authenticates to Razorpay, and verifies what its checkout returns",
        kind=SECRET,
        needed_by="RAZORPAY_KEY_ID",
    ),
    Setting("RAZORPAY_BASE_URL", "Razorpay's address", "https://api.razorpay.com", URL),
    Setting(
        "RAZORPAY_WEBHOOK_SECRET",
        "verifies Razorpay's webhooks; several secrets separated by commas, while one is being replaced",
        kind=SECRET,
    ),
    Setting("STRIPE_SECRET_KEY", "Stripe, for payments; needs the next one", kind=SECRET),
    Setting(
        "STRIPE_PUBLISHABLE_KEY",
        "identifies us to Stripe in browsers and apps",
        needed_by="STRIPE_SECRET_KEY",
    ),
    Setting("STRIPE_BASE_URL", "Stripe's address", "https://api.stripe.com", URL),
    Setting("STRIPE_FILES_URL", "Stripe's address for files in disputes", "https://files.stripe.com", URL),
    Setting(
        "STRIPE_WEBHOOK_SECRET",
        "verifies Stripe's webhooks (whsec_…); several secrets separated by commas",
        kind=SECRET,
    ),
    Setting("PAYU_KEY", "PayU India, for payments; needs the next one"),
    Setting(
        "PAYU_SALT",
        "signs calls to PayU, and verifies its webhooks; several separated by commas, the newest first",
        kind=SECRET,
        needed_by="PAYU_KEY",
    ),
    Setting("PAYU_BASE_URL", "PayU's address for calls", "https://info.payu.in", URL),
    Setting(
        "PAYU_PAYMENT_URL",
        "PayU's page, to which browsers post the form",
        "https://secure.payu.in/_payment",
        URL,
    ),
    Setting(
        "DEMO_PAYMENTS",
        "whether payments can be made at a stub where no money moves; for development and tests",
        "false",
        FLAG,
    ),
    Setting("DEMO_PAYMENTS_URL", "address of the stub", kind=URL, needed_by="DEMO_PAYMENTS=true"),
    Setting(
        "DEMO_PAYMENTS_SECRET",
        "authenticates to the stub, and verifies its webhooks",
        kind=SECRET,
        needed_by="DEMO_PAYMENTS=true",
    ),
    Setting(
        "PAYMENT_OPEN_HOURS",
        "an open payment that is not paid is cancelled after this, once its provider was asked",
        "24",
        INTEGER,
    ),
    Setting(
        "PAYMENT_WEBHOOK_DAYS",
        "the contents of webhooks about money are kept so long; their hashes and facts stay",
        "400",
        INTEGER,
    ),
)
