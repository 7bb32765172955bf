"""The verbs of people: register, sign in, confirm, change; and the departments they speak for."""
