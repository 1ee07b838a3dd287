def test_an_order_reaches_its_customer_and_its_partner(world):
    customer, tailor = world.person("customer"), world.person("tailor")
    screens = customer.socket(), tailor.socket()
    order = customer.order(partnerId=tailor.id)
    tailor.act(order, "accept")
    for screen in screens:
        assert [e["status"] for e in screen.wait("order_update", 2)] == ["pending", "accepted"]
