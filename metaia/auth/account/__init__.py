"""A user's own account: password, e-mail address, export, deletion, and the page that mailed links open."""
