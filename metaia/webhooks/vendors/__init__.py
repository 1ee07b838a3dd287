"""The webhooks of each vendor: signature and payload."""
