"""Where messages go in development: every mail, SMS and push is taken, shown on one page, and sent to nobody."""
