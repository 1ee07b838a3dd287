"""The content of answers: compression, caching, files of pages."""
