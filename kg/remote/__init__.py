"""Any SPARQL 1.1 endpoint in the place of the embedded store: asked, mirrored, published into."""
