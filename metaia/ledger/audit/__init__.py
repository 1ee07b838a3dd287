"""The auditor: rules that the tables of money must satisfy, runs of them, and their findings."""
