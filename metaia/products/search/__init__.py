"""The search for products over all partners, and lists of a catalogue."""
