"""Place an order as a customer, accept it as the tailor, print the events that the customer receives."""

import os

import requests  # pip install requests "python-socketio[client]"
import socketio

server = f"http://127.0.0.1:{os.environ.get('PORT', '5000')}"


def call(method, path, body, token=""):
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.request(method, f"{server}/api{path}", json=body, headers=headers, timeout=10)
    answer.raise_for_status()
    return answer.json()["data"]


customer, tailor = (
    call("POST", "/auth/login", {"email": f"{name}@metaia.example", "password": "metaia-demo"})
    for name in ("customer", "tailor")
)
with socketio.SimpleClient() as socket:
    socket.connect(server, auth={"token": customer["accessToken"]}, transports=["websocket"])
    print(*socket.receive(timeout=5))  # sync: everything from here on arrives
    items = [{"name": "Linen shirt", "quantity": 2, "price": 1450}]
    body = {"partnerId": tailor["user"]["id"], "items": items}
    order = call("POST", "/orders", body, customer["accessToken"])["order"]
    call("PATCH", f"/orders/{order['id']}/accept", {"estimatedTime": 45}, tailor["accessToken"])
    for _ in range(4):
        event, data = socket.receive(timeout=5)
        print(event, data["order"]["status"] if event == "order_update" else data["message"])
