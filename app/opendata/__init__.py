"""Open data: everything that is published, as files that anybody can check."""
