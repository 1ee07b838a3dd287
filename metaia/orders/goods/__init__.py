"""What orders take from the stock of shops and from coupons, and what they give back."""
