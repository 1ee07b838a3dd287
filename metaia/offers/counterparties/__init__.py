"""The other side of an offer: which users may be asked, and which still are there to answer."""
