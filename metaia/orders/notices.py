"""What people are told about orders. `{…}` are keys of the notification's data."""

from __future__ import annotations

from metaia.notifications.catalogue import EMAIL, IN_APP, Notice

_OPEN = ({"action": "open_order", "label": "Open the order"},)
_BOTH, _APP = (IN_APP, EMAIL), (IN_APP,)


def _notice(name: str, title: str, message: str, channels: tuple[str, ...] = _BOTH) -> Notice:
    return Notice(name, "order", title, message, channels, _OPEN)


NOTICES = (
    _notice("order_placed", "Order placed", "We have passed on your order {orderNumber}."),
    _notice("order_new", "New order", "Order {orderNumber} is waiting for you to accept it."),
    _notice("order_accepted", "Order accepted", "Your order {orderNumber} was accepted."),
    _notice("order_rejected", "Order rejected", "Your order {orderNumber} could not be taken."),
    _notice("order_preparing", "Order in preparation", "Your order {orderNumber} is being prepared.", _APP),
    _notice("order_ready", "Order ready", "Your order {orderNumber} is ready."),
    _notice("order_pickup", "Ready for pickup", "Order {orderNumber} is ready to be picked up.", _APP),
    _notice("order_courier", "Courier found", "A courier will bring your order {orderNumber}.", _APP),
    _notice("order_assigned", "New delivery", "Order {orderNumber} is yours to deliver."),
    _notice("order_unassigned", "Delivery withdrawn", "Order {orderNumber} is no longer yours to deliver."),
    _notice("order_dispatched", "Out for delivery", "Order {orderNumber} is on its way.", _APP),
    _notice("order_delivered", "Order delivered", "Order {orderNumber} was delivered."),
    _notice("order_completed", "Order completed", "Order {orderNumber} is complete.", _APP),
    _notice("order_cancelled", "Order cancelled", "Order {orderNumber} was cancelled."),
    _notice(
        "order_expired",
        "Order not accepted",
        "Nobody accepted order {orderNumber} in time; it was cancelled.",
    ),
)
