"""Tools to run and test METAIA on one machine: private services, demo data, a mailbox. Not for production."""
