"""Stores of files: a local folder, an S3-compatible bucket, Cloudinary."""
