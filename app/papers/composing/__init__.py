"""What papers say: the gathered facts as blocks, in the language of their reader."""
