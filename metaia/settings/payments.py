"""Settings of payments: the secrets of the providers' webhooks."""

from metaia.settings.setting import SECRET, Setting

SETTINGS = (
    Setting(
        "RAZORPAY_WEBHOOK_SECRET",
        "verifies Razorpay's webhooks; several secrets separated by commas, while one is being replaced",
        kind=SECRET,
    ),
    Setting(
        "STRIPE_WEBHOOK_SECRET",
        "verifies Stripe's webhooks (whsec_…); several secrets separated by commas",
        kind=SECRET,
    ),
)
