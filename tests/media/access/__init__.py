"""Who sees a file, in every form in which it can be seen."""
