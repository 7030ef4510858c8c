"""Names, codes and time zones of regions."""

from __future__ import annotations

import pytest

from siaga.places import regions
from siaga.places.timezone import zone, zone_letters


def test_the_whole_country() -> None:
    assert len(regions.provinces()) == 38
    assert len(regions.regencies()) == 514
    assert sum(len(regions.districts(code)) for code in regions.regencies()) == 7285


@pytest.mark.parametrize(
    ("code", "name", "short", "full"),
    [
        ("35.78", "Kota Surabaya", "Kota Surabaya", "Kota Surabaya, Jawa Timur"),
        ("35.07", "Kabupaten Malang", "Kab. Malang", "Kab. Malang, Jawa Timur"),
        ("31.74", "Kota Administrasi Jakarta Selatan", "Kota Jakarta Selatan", "Kota Jakarta Selatan, DKI Jakarta"),
        ("35.15.18", "Waru", "Kec. Waru", "Kec. Waru, Kab. Sidoarjo"),
        ("34", "Daerah Istimewa Yogyakarta", "DI Yogyakarta", "DI Yogyakarta"),
        ("99.99", None, None, None),
    ],
)
def test_names(code: str, name: str | None, short: str | None, full: str | None) -> None:
    assert regions.name(code) == name
    assert regions.short_name(code) == short
    assert regions.full_name(code) == full


def test_every_region_has_a_zone() -> None:
    assert {zone_letters(code) for code in regions.provinces()} == {"WIB", "WITA", "WIT"}
    assert zone_letters("35.78.04") == "WIB"
    assert zone_letters("51.71") == "WITA"
    assert zone_letters("64") == "WITA"
    assert zone_letters("62") == "WIB"
    assert zone_letters("96.71") == "WIT"
    assert str(zone("81")) == "Asia/Jayapura"
    with pytest.raises(ValueError, match="Indonesian"):
        zone_letters("00")
