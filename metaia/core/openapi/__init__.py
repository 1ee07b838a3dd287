"""The OpenAPI document, the Postman collection, and the errors that each operation declares."""
