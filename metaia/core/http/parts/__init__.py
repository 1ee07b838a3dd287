"""Parts of bodies that several domains share."""
