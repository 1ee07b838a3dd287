"""The money of orders: what their actions hold, collect, earn and give back."""
