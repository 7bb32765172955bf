"""People: rules of names, passwords, addresses."""
