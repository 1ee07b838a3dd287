"""Links in mails that prove access to a mailbox: to verify an address, reset a password, or end a login delay."""
