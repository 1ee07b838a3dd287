"""The dashboard of staff: cards, and what needs attention."""
