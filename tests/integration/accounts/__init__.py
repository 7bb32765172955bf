"""People: services, pages, commands."""
