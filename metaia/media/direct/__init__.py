"""Direct uploads: the client sends bytes to the store itself, with an address that is signed for exactly one file."""
