"""Hide and bring back, always with a rule and a reason that anyone can read."""
