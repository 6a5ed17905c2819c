"""The responsibility network: who leads and coordinates what, as a graph to measure, draw and take away."""

from .drawing import drawing as drawing
from .layout import lay_out as lay_out
from .matrix import Matrix as Matrix
from .matrix import matrix as matrix
from .matrix import matrix_table as matrix_table
from .measuring import COVERAGE as COVERAGE
from .measuring import MEASURES as MEASURES
from .measuring import coverage as coverage
from .measuring import measure as measure
from .model import AS as AS
from .model import PROJECTIONS as PROJECTIONS
from .model import Responsibilities as Responsibilities
from .model import Scope as Scope
from .projecting import project as project
from .reading import read_responsibilities as read_responsibilities
from .reducing import readable as readable
from .stored import positions as positions
from .stored import read_layout as read_layout
from .summary import summary as summary
