"""Papers: what an office publishes and files about a draft, as HTML, DOCX, PDF and CSV.

A paper is asked for by a GET, which answers the file or leaves a marker; the worker's duty starts
one child process that makes what is marked. Nothing here writes to the database.
"""
