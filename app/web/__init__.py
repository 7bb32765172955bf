"""The edge: what stands between HTTP and the services.

Guard (who, may they), transaction (commit or not), error pages (status and words), headers,
languages, paging, the visitors' page cache and the renderer. Only routes and forms look in here.
"""
