"""Orders: from a customer's click to a partner's screen and back."""
