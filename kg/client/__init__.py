"""Questions to a service, a store or the bundled plan alike, from Python.

>>> from kg.client import connect
>>> plans = connect()                                  # or connect("http://127.0.0.1:8000"), connect(store="my-store")
>>> table = plans.ask("task/innovation-coordinators")
>>> len(table) > 0
True
"""

from __future__ import annotations

from .client import Clause, Client, connect
from .errors import ServiceError
from .table import Table

__all__ = ["Clause", "Client", "ServiceError", "Table", "connect"]
