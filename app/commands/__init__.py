"""``flask`` commands over several domains or over pure code; each file exports its command."""
