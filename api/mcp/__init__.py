"""``kg mcp``: the dataset as tools for assistants (Model Context Protocol), every answer with the clauses it rests on."""
