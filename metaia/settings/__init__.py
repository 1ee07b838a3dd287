"""Every setting that METAIA reads from its environment, in one table; `config.load` reads them."""

from metaia.settings import (
    analytics,
    auth,
    bookings,
    carriers,
    chat,
    couriers,
    finance,
    media,
    messaging,
    offers,
    operations,
    orders,
    payments,
    shops,
    sockets,
    web,
)

SETTINGS = (
    *operations.SETTINGS,
    *web.SETTINGS,
    *sockets.SETTINGS,
    *auth.SETTINGS,
    *messaging.SETTINGS,
    *offers.SETTINGS,
    *orders.SETTINGS,
    *couriers.SETTINGS,
    *bookings.SETTINGS,
    *chat.SETTINGS,
    *media.SETTINGS,
    *payments.SETTINGS,
    *finance.SETTINGS,
    *shops.SETTINGS,
    *carriers.SETTINGS,
    *analytics.SETTINGS,
)
