"""The demonstration: 岚川精密制造 with its people, customers and three months of complaints, for an empty database.

Its texts are data (`*.toml`); complaints come about as they do in life, through `receive()` and `perform()`, only in the past. Nothing
of the product imports this package but the command `demo_company`. Not here: data for measuring (`complaints.loadtest`).
"""
