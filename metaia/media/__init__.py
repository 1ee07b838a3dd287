"""Media: pictures, documents and voice messages, from the upload to their deletion everywhere. See docs/media.md."""
