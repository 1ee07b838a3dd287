"""The devices of users: registrations for push messages."""
