"""The petition sites' HTTP and JSON, one file a legislature and one shared client."""
