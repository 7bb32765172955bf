"""Opinion groups: people who answer alike, found with numpy in the worker; never shown by name."""
