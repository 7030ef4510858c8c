"""The tables of the dashboard: figures with small numbers hidden, ready to be shown, drawn or handed out as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from babel.dates import format_date
from markupsafe import Markup

from siaga.desk import charts
from siaga.desk.charts import Point, Series, number
from siaga.desk.dashboard.failures import explained
from siaga.desk.dashboard.figures import Figures
from siaga.desk.showing import length
from siaga.handoffs.reasons import ENDS, REASONS
from siaga.places import regions
from siaga.reports.kinds import kinds_now
from siaga.tallies.capabilities import capabilities
from siaga.tallies.folding import PEOPLE, PEOPLE_DAY
from siaga.tallies.hiding import FEWEST, Shown, alone, each, parts, ways
from siaga.tallies.reading import Counted

SMALL = f"<{FEWEST}"
"""What stands for a number that is hidden."""
TOP = 5
UNKNOWN = "Belum diketahui"
_REGISTRATIONS = {
    "confirmed": "Terdaftar",
    "waiting_validation": "Menunggu validasi",
    "refused": "Ditolak",
    "cancelled": "Dibatalkan",
    "draft": "Belum selesai",
}
_REPORTS = {
    "new": "Baru",
    "seen": "Sudah dibaca",
    "working": "Sedang ditangani",
    "done": "Sudah ditangani",
    "closed": "Ditutup",
}
_LEVELS = {
    "emergency": "Darurat",
    "doctor": "Perlu ke dokter",
    "isolate": "Isolasi mandiri",
    "watch": "Pantau gejala",
    "none": "Tidak ada gejala yang perlu dikhawatirkan",
}
_CALLBACKS = {
    "kept": "Ditepati (paling lambat 1 jam setelah waktu yang dijanjikan)",
    "late": "Ditepati, tetapi terlambat",
    "broken": "Terlewat, belum ada yang menulis",
    "ahead": "Belum waktunya",
}

Cell = int | str | None
"""None is a hidden number."""


@dataclass(frozen=True)
class Row:
    """A line of a table: what it is about, and its cells; ``key`` is for programs, "" where that is the label."""

    label: str
    cells: tuple[Cell, ...]
    key: str = ""


@dataclass(frozen=True)
class Table:
    """A table as it is shown; ``about`` says what is counted.

    ``columns`` has the name of the rows first. Only the first ``top`` rows are shown at once, where that is set.
    ``drawn`` is the table as a picture. What is below ``fewest`` is hidden; ``beside``: something is that is not.
    """

    id: str
    title: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    total: tuple[Cell, ...] | None = None
    top: int | None = None
    drawn: Markup | None = None
    beside: bool = False
    fewest: int = FEWEST

    @property
    def note(self) -> str:
        """What is hidden, and why; "" if nothing is."""
        if not any(cell is None for row in self.rows for cell in row.cells) and None not in (self.total or ()):
            return ""
        if not self.beside:
            return f"Angka di bawah {self.fewest} disembunyikan."
        return (
            f"* kurang dari {self.fewest}, atau angka terkecil berikutnya yang ikut disembunyikan supaya angka kecil "
            "tidak bisa dihitung dari jumlahnya."
        )

    def said(self, cell: Cell) -> str:
        """A cell as it is shown."""
        if cell is None:
            return f"<{self.fewest}*" if self.beside else f"<{self.fewest}"
        return number(cell) if isinstance(cell, int) else cell


@dataclass(frozen=True)
class Card:
    """One number at the top of the page."""

    label: str
    said: str
    about: str = ""


def _said(value: int | None) -> str:
    return SMALL if value is None else number(value)


def _rows(labels: Iterable[str], *columns: Sequence[Cell]) -> tuple[Row, ...]:
    return tuple(Row(label, cells) for label, cells in zip(labels, zip(*columns, strict=True), strict=True))


def _by_size(labels: Iterable[str], shown: Shown) -> tuple[list[str], Shown]:
    """Most first, what is unknown last. What is hidden stands in the order of the alphabet: its place tells nothing."""
    pairs = list(zip(labels, shown.values, strict=True))
    pairs.sort(key=lambda one: (one[0] == UNKNOWN, one[1] is None, -(one[1] or 0), one[0]))
    return [label for label, _ in pairs], replace(shown, values=tuple(value for _, value in pairs))


# ---------------------------------------------------------------------- conversations
@dataclass(frozen=True)
class Conversations:
    """The same conversations by day, by hour and by kabupaten/kota."""

    by_day: Shown
    by_hour: Shown
    by_place: Shown

    @classmethod
    def of(cls, counted: Counted) -> Conversations:
        """What may be shown of them."""
        return cls(
            **ways(
                {
                    "by_day": list(counted.by_day("conversation").values()),
                    "by_hour": list(counted.by_hour("conversation").values()),
                    "by_place": list(counted.by_regency("conversation").values()),
                }
            )
        )


def place_name(code: str) -> str:
    """A kabupaten/kota as it is called."""
    return (regions.short_name(code) or code) if code else UNKNOWN


def people_by_day(counted: Counted) -> Shown:
    """What may be shown of the people of each day. Their sum is, as a mean."""
    return parts(list(counted.by_day(PEOPLE_DAY).values()))


def daily(counted: Counted, people: Shown, conversations: Shown) -> Table:
    """People and conversations of each day."""
    days = list(counted.by_day("conversation"))
    series = [Series("Percakapan", conversations.values), Series("Orang", people.values)]
    drawn = charts.lines("harian", "Orang dan percakapan per hari", [_short(day) for day in days], series)
    return Table(
        "harian",
        "Orang dan percakapan per hari",
        "Orang dihitung sekali sehari. Percakapan baru dimulai sesudah satu jam tanpa pesan.",
        ("Hari", "Orang", "Percakapan"),
        tuple(
            Row(_day(day), tuple(cells), day.isoformat())
            for day, *cells in zip(days, people.values, conversations.values, strict=True)
        ),
        ("", conversations.total),
        drawn=drawn if len(days) > 1 else None,
        beside=people.beside or conversations.beside,
    )


def hourly(counted: Counted, conversations: Shown) -> Table:
    """People and conversations by the hour of the day."""
    people = each(counted.by_hour(PEOPLE).values())
    points = [
        Point(f"pukul {hour:02}.00", value, f"{hour:02}" if hour % 3 == 0 else "")
        for hour, value in enumerate(conversations.values)
    ]
    return Table(
        "jam",
        "Jam ramai",
        "Percakapan yang dimulai pada jam itu, semua hari dijumlahkan. Orang dihitung sekali setiap jam.",
        ("Jam", "Orang", "Percakapan"),
        _rows((f"{hour:02}.00–{hour:02}.59" for hour in range(24)), people.values, conversations.values),
        ("", conversations.total),
        drawn=charts.columns("jam", "Percakapan menurut jam", points),
        beside=conversations.beside,
    )


def places(counted: Counted, conversations: Shown) -> Table:
    """Conversations by kabupaten/kota, the first of them most."""
    codes = counted.by_regency("conversation")
    names, conversations = _by_size([place_name(code) for code in codes], conversations)
    points = [Point(name, value) for name, value in zip(names, conversations.values, strict=True) if name != UNKNOWN]
    return Table(
        "wilayah",
        "Percakapan menurut kabupaten/kota",
        "Wilayah orang yang didaftarkan warga, atau yang disebutnya saat mendaftar. Tempat yang hanya ditanyakan tidak "
        "dihitung.",
        ("Kabupaten/kota", "Percakapan"),
        _rows(names, conversations.values),
        (conversations.total,),
        top=TOP,
        drawn=charts.bars("wilayah", "Lima kabupaten/kota terbanyak", points[:TOP]) if points else None,
        beside=conversations.beside,
    )


def services(counted: Counted, hide: Callable[[Sequence[int]], Shown] = parts) -> Table:
    """How often each capability was used."""
    known = capabilities()
    found = {known.label(key): n for key, n in counted.by_key("use").items()}
    labels, shown = _by_size(found, hide(list(found.values())))
    return _breakdown(
        "layanan",
        "Menurut layanan",
        "Berapa kali dipakai: pesan berturut-turut tentang hal yang sama dihitung satu kali.",
        "Layanan",
        "Dipakai",
        labels,
        shown,
    )


# ---------------------------------------------------------------------- the others
def _breakdown(
    name: str,
    title: str,
    about: str,
    rows: str,
    column: str,
    labels: Iterable[str],
    shown: Shown,
    *,
    top: int | None = None,
    draw: bool = True,
) -> Table:
    """One number for each row, and their total."""
    labels = list(labels)
    points = [Point(label, value) for label, value in zip(labels, shown.values, strict=True)]
    return Table(
        name,
        title,
        about,
        (rows, column),
        _rows(labels, shown.values),
        (shown.total,),
        top=top,
        drawn=charts.bars(name, title, points[:top]) if draw and points else None,
        beside=shown.beside,
    )


def _labelled(labels: Mapping[str, str], found: Mapping[str, int]) -> dict[str, int]:
    """By label, in the labels' order, what there is none of being left out; unknown ones last."""
    ordered = [key for key in labels if found.get(key)] + sorted(key for key in found if key not in labels)
    return {labels.get(key, key): found[key] for key in ordered}


def _parts(found: Mapping[str, int]) -> tuple[Iterable[str], Shown]:
    return found, parts(list(found.values()))


def _hand_offs(figures: Figures) -> list[Table]:
    opened, closed = _labelled(REASONS, figures.opened), _labelled(ENDS, figures.closed)
    callbacks = _labelled(_CALLBACKS, figures.callbacks)
    return [
        _breakdown(
            "alih", "Percakapan yang dialihkan ke petugas", "Menurut alasan.", "Alasan", "Jumlah", *_parts(opened)
        ),
        _waits(figures),
        _breakdown("tutup", "Percakapan petugas yang ditutup", "Menurut sebab.", "Sebab", "Jumlah", *_parts(closed)),
        _breakdown(
            "janji",
            "Janji menghubungi lagi",
            "Yang waktunya jatuh dalam masa ini.",
            "Janji",
            "Jumlah",
            *_parts(callbacks),
            draw=False,
        ),
    ]


def _waits(figures: Figures) -> Table:
    waits = figures.waits
    enough = waits is not None and waits.people >= FEWEST
    rows: list[Row] = []
    if waits is not None and enough:
        rows = [
            Row("Setengahnya menunggu paling lama", (length(timedelta(seconds=waits.half)),)),
            Row("Sembilan dari sepuluh menunggu paling lama", (length(timedelta(seconds=waits.most)),)),
        ]
    elif waits is not None:
        rows = [Row(f"Baru dihitung mulai {FEWEST} percakapan yang dijawab", (SMALL,))]
    return Table(
        "tunggu",
        "Waktu tunggu sampai jawaban pertama petugas",
        "Di luar jam layanan dihitung dari waktu yang dijanjikan.",
        ("Waktu tunggu", "Lama"),
        tuple(rows),
    )


def _registrations(figures: Figures) -> list[Table]:
    names, shown = _by_size([name for name, _ in figures.facilities], parts([n for _, n in figures.facilities]))
    return [
        _breakdown(
            "pendaftaran",
            "Pendaftaran vaksinasi",
            "Yang dibuat dalam masa ini, menurut keadaannya sekarang.",
            "Keadaan",
            "Pendaftaran",
            *_parts(_labelled(_REGISTRATIONS, figures.registrations)),
        ),
        _breakdown(
            "tempat",
            "Jadwal menurut tempat vaksinasi",
            "Jadwal yang dibuat dalam masa ini dan tidak dibatalkan.",
            "Tempat",
            "Jadwal",
            names,
            shown,
            top=TOP,
        ),
    ]


def _answers(figures: Figures) -> Table:
    helped, did_not = parts([one.helped for one in figures.answers]), parts([one.did_not for one in figures.answers])
    rows = _rows((one.answer_id for one in figures.answers), helped.values, did_not.values)
    return Table(
        "jawaban",
        "Penilaian jawaban",
        "Pendapat warga, sekali untuk setiap orang dan jawaban; yang paling sering tidak membantu di atas.",
        ("Jawaban", "Membantu", "Tidak membantu"),
        tuple(sorted(rows, key=lambda row: (-int(row.cells[1] or 0), -int(row.cells[0] or 0), row.label))),
        (helped.total, did_not.total),
        top=TOP,
        beside=helped.beside or did_not.beside,
    )


def _hoaxes(figures: Figures, *, words: bool) -> Table:
    people = each(one.people for one in figures.hoaxes)
    return Table(
        "kabar",
        "Kabar yang sedang ditanyakan dan belum dicek",
        "Keadaan sekarang, yang paling banyak ditanyakan di atas.",
        ("Kabar", "Penanya", "Peringatan"),
        _rows(
            (one.text if words else f"Pertanyaan {one.id}" for one in figures.hoaxes),
            people.values,
            ["naik cepat" if one.alarmed_at else "" for one in figures.hoaxes],
        ),
        top=TOP,
    )


def _reports(figures: Figures) -> list[Table]:
    kinds = {kind.id: kind.label for kind in kinds_now().all}
    by_kind, by_status = _labelled(kinds, figures.reports), _labelled(_REPORTS, figures.report_statuses)
    shown = ways({"kind": list(by_kind.values()), "status": list(by_status.values())})
    return [
        _breakdown(
            "laporan",
            "Laporan warga menurut jenis",
            "Yang masuk dalam masa ini.",
            "Jenis",
            "Laporan",
            by_kind,
            shown["kind"],
        ),
        _breakdown(
            "laporan-keadaan",
            "Laporan warga menurut keadaan",
            "Yang masuk dalam masa ini, menurut keadaannya sekarang.",
            "Keadaan",
            "Laporan",
            by_status,
            shown["status"],
            draw=False,
        ),
    ]


def _failures(figures: Figures) -> Table:
    """System counts: they concern messages, and are all shown."""
    ordered = sorted(figures.failures.items(), key=lambda one: (-one[1], one[0]))
    return Table(
        "kirim",
        "Pesan yang tidak sampai",
        "Menurut kode dari WhatsApp. Yang masih dicoba lagi tidak dihitung.",
        ("Kode", "Sebab", "Pesan"),
        tuple(Row(_code(code), (explained(code), n)) for code, n in ordered),
        ("", sum(figures.failures.values())),
    )


def _code(code: str) -> str:
    return code if code.isdecimal() else "–"


def _others(figures: Figures) -> Table:
    counted = figures.counted
    found = {
        "Tidak dipahami": "not_understood",
        "Di luar layanan": "out_of_scope",
        "Dijawab petugas, bot diam": "held",
        "Menghentikan pesan pengingat": "opted_out",
        "Menyalakan pesan pengingat lagi": "opted_in",
    }
    shown = each(counted.total(what) for what in found.values())
    return Table(
        "lain",
        "Yang perlu diperhatikan",
        "Berapa kali dalam masa ini.",
        ("Kejadian", "Jumlah"),
        _rows(found, shown.values),
    )


def tables(figures: Figures, *, words: bool) -> list[Table]:
    """All tables, in the order of the page; ``words``: whether what citizens asked may be shown."""
    counted = figures.counted
    conversations = Conversations.of(counted)
    levels = _labelled(_LEVELS, counted.by_key("selfcheck"))
    return [
        daily(counted, people_by_day(counted), conversations.by_day),
        hourly(counted, conversations.by_hour),
        places(counted, conversations.by_place),
        services(counted),
        _others(figures),
        *_hand_offs(figures),
        *_registrations(figures),
        _breakdown(
            "gejala", "Hasil cek gejala", "Menurut tingkat yang disampaikan.", "Tingkat", "Hasil", *_parts(levels)
        ),
        _answers(figures),
        _hoaxes(figures, words=words),
        *_reports(figures),
        _failures(figures),
    ]


def cards(figures: Figures) -> list[Card]:
    """What stands at the top of the page."""
    counted = figures.counted
    people = people_by_day(counted).total
    mean = "–" if people is None else number(people / figures.period.days)
    return [
        Card("Percakapan", _said(Conversations.of(counted).by_day.total)),
        Card("Orang per hari", mean, "rata-rata"),
        Card("Pesan masuk", _said(alone(counted.total("message")))),
        Card("Balasan bot", _said(alone(counted.total("answer")))),
        Card("Pertanyaan belum terjawab", _said(alone(figures.questions))),
    ]


def _day(day: date) -> str:
    return format_date(day, "EEE d MMM y", locale="id")


def _short(day: date) -> str:
    return format_date(day, "d MMM", locale="id")
