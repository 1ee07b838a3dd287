"""Processing: the worker's side of the sandbox. A file is read, scanned, checked in a child process and stored."""
