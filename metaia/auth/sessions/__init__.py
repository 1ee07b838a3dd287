"""Sessions and their tokens: begin, rotate, list, revoke."""
