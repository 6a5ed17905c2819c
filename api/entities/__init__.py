"""What a page of one thing says: a job for each kind of thing, which reads the dataset and returns plain data.

A job is called as ``job(dataset, path, lang, asked)``: *path* of the thing below the base, "vi" or "en", and what
the address asks for besides (``asked["page"]``).  It returns what the template shows, or None where nothing is known.
"""
