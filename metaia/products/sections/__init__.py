"""Sections: the order of a menu, and the hours of its parts."""
