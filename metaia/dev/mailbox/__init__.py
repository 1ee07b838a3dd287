"""The mailbox of development: it accepts every mail, SMS and push, shows them on one page, and sends none."""
