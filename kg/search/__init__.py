"""Search without diacritics: an index of names and passages beside each version of the dataset.

``entries`` gathers what is to be found from the graphs, ``index`` writes it to one SQLite file, ``asking`` searches that
file.  Nothing a user types becomes query syntax: words are cut out of it, and only those are asked for.
"""
