"""``make bench``: how fast the wiki is, beside a bare Flask page under the same server."""
