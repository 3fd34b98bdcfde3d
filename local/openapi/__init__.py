"""The OpenAPI 3.1 document of the whole API, made from the features' routes and declared resources."""
