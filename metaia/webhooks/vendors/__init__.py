"""One module per vendor that calls us: signature and payload."""
