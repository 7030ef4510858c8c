"""Every table of the house in one import: for migrations, tests and sweeps."""

from siaga.db import Base
from siaga.media import tables as media
from siaga.people import tables as people

__all__ = ["Base", "media", "people"]
