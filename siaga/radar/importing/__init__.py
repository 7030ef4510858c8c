"""Reading the files and answers in which figures arrive."""

from siaga.radar.importing.known import Known, Totals, Wanted
from siaga.radar.importing.reading import read
from siaga.radar.importing.refused import Refused
from siaga.radar.importing.table import ColourRow, Row, Table

__all__ = ["ColourRow", "Known", "Refused", "Row", "Table", "Totals", "Wanted", "read"]
