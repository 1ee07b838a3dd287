"""What one machine needs to run and test METAIA: private services, demo data, a mailbox. Not for production."""
