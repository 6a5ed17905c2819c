"""The manual: pages of ``docs/``, a reference made from what is documented, and the notebooks, as one site.

``make docs`` writes it to ``build/docs``; it is no part of what is installed.
"""
