"""The process's connections to the database, counted when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from siaga.db import engine


class Pool(Collector):
    """How many connections are in use, and how many rest."""

    def describe(self) -> list[Metric]:
        """Its name, without asking."""
        return [self._family()]

    def collect(self) -> Iterator[Metric]:
        """The figures now; zeros before the database was first used."""
        family = self._family()
        pool = engine().pool if engine.cache_info().currsize else None
        family.add_metric(["used"], pool.checkedout() if pool else 0)
        family.add_metric(["resting"], pool.checkedin() if pool else 0)
        yield family

    @staticmethod
    def _family() -> GaugeMetricFamily:
        return GaugeMetricFamily(
            "siaga_database_connections", "Connections to the database that this process has", labels=["state"]
        )
