"""Verbs over all domains: pack what is one person's own."""
