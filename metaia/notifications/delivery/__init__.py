"""From a notification to a vendor's answer: plan, claim, send, settle, fall back, take receipts."""
