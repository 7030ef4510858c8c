"""What a form shows of an entry, described for each kind once: names, labels, limits. All else of an entry stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from siaga.content.sentences import domain_responses
from siaga.front.hours import DAY_NAMES, ZONES

Shape = Literal["line", "text", "lines", "date", "moment", "number", "choice", "lead", "ids", "spans", "rows"]
"""``line`` and ``text`` are texts of one and of several lines; ``lines`` is a list of texts, one a line; ``lead`` is
where a button leads; ``ids`` are other entries of the kind; ``spans`` are hours of a day; ``rows`` are mappings with
the same keys."""

WITHOUT = ""
"""Stands for no choice."""


@dataclass(frozen=True)
class Field:
    """One thing that a form asks for. ``key`` names it in the entry; ``for.child`` is “child” within “for”.

    ``most`` counts characters: of the text, of each line of ``lines``; of ``ids`` it is how many there may be.
    """

    key: str
    label: str
    shape: Shape = "line"
    help: str = ""
    most: int | None = None
    choices: Mapping[str, str] = field(default_factory=dict, hash=False)
    columns: tuple[Field, ...] = ()
    more: bool = False
    """folded away until somebody wants it"""
    needed: bool = False

    @property
    def path(self) -> tuple[str, ...]:
        """The keys from the entry's mapping down."""
        return tuple(self.key.split("."))

    @property
    def name(self) -> str:
        """What the form's control is called."""
        return f"f.{self.key}"


_LEADS = {
    "/register_vaccination": "Daftar vaksin",
    "/check_registration": "Cek pendaftaran",
    "/start_self_check": "Periksa gejala",
    "/ask_tips": "Saran menurut keadaan",
    "/find_facility": "Cari tempat vaksin",
    "/ask_vaccine_question": "Tanya soal vaksin",
    "/ask_covid_question": "Tanya soal COVID-19",
    "/ask_certificate": "Sertifikat vaksin",
    "/ask_case_data": "Radar kasus",
    "/talk_to_human": "Bicara dengan petugas",
    "/report_incident": "Lapor kejadian",
    "/check_eligibility": "Boleh divaksin?",
    "/ask_next_dose": "Dosis berikutnya",
    "/good_news": "Kabar baik",
    "/check_hoax": "Cek kabar",
    "/ask_privacy": "Soal data saya",
    "/reschedule_appointment": "Ganti jadwal",
    "/cancel_appointment": "Batalkan jadwal",
    "/stop_messages": "Berhenti dikirimi pesan",
    "/see_my_data": "Lihat data saya",
    "/withdraw_consent": "Cabut persetujuan",
    "/delete_my_data": "Hapus data saya",
    "/show_menu": "Menu",
}
_AUDIENCES = {
    "pregnant": "ibu hamil",
    "breastfeeding": "ibu menyusui",
    "child": "anak",
    "teenager": "remaja 12–17 tahun",
    "elderly": "usia 60 tahun ke atas",
    "ill": "yang punya penyakit penyerta",
}
_TIP_AUDIENCES = ("child", "pregnant", "elderly")
VERDICTS = {"false": "Hoaks", "misleading": "Menyesatkan", "true": "Benar", "unproven": "Belum terbukti"}
_MARKS = "Bisa *tebal* dan _miring_."


def _reviewed() -> tuple[Field, ...]:
    return (
        Field("source", "Sumber", help="Siapa yang mengatakan, di mana, dan kapan.", needed=True),
        Field("checked", "Diperiksa tanggal", "date", needed=True),
        Field("review_by", "Periksa lagi paling lambat", "date", needed=True),
    )


def _answer() -> tuple[Field, ...]:
    return (
        Field("question", "Pertanyaan", most=72, needed=True),
        Field("label", "Teks tombol", help="Dipakai saat beberapa pertanyaan ditawarkan.", most=20, needed=True),
        Field("short", "Jawaban singkat", "text", f"Yang langsung dijawab. {_MARKS}", 600, needed=True),
        Field("more", "Selengkapnya", "text", "Dijawab setelah tombol “Lebih lanjut”.", 900),
        Field("why", "Kenapa begitu", "text", "Dijawab kalau warga bertanya “kenapa?”.", 500),
        Field(
            "variants", "Cara lain menanyakannya", "lines",
            "Satu per baris, seperti orang mengetik: singkat, salah ketik, bahasa daerah. Paling sedikit enam.",
            needed=True,
        ),
        Field("words", "Kata penunjuk", help="Pisahkan dengan koma. Kata yang selalu berarti pertanyaan ini."),
        *(
            Field(f"for.{key}", f"Bedanya untuk {who}", "text", most=500, more=True)
            for key, who in _AUDIENCES.items()
        ),
        Field(
            "audience", "Jawaban ini hanya tentang", "choice", choices={WITHOUT: "siapa saja", **_AUDIENCES}, more=True
        ),
        Field("related", "Pertanyaan terkait", "ids", "Ditawarkan sesudahnya; paling banyak tiga.", 3, more=True),
        *_reviewed(),
    )  # fmt: skip


def _hoax() -> tuple[Field, ...]:
    return (
        Field("claim", "Kabar yang beredar", "text", most=200, needed=True),
        Field("verdict", "Penilaian", "choice", choices=VERDICTS, needed=True),
        Field("label", "Teks tombol", help="Dipakai saat beberapa kabar ditawarkan.", most=20, needed=True),
        Field("short", "Penjelasan", "text", f"Kenapa dinilai begitu, dengan ramah. {_MARKS}", 500, needed=True),
        Field("share", "Teks untuk diteruskan ke grup", "text", "Berdiri sendiri, dan menyebut sumbernya.", 350,
              needed=True),
        Field("variants", "Cara lain mengatakannya", "lines",
              "Satu per baris: pesan berantai, pertanyaan, judul video. Paling sedikit lima.", needed=True),
        Field("links", "Tautan yang memuat kabar ini", "lines", "Satu per baris.", more=True),
        *_reviewed(),
    )  # fmt: skip


def _tip() -> tuple[Field, ...]:
    return (
        Field("title", "Judul", most=72, needed=True),
        Field("label", "Teks tombol", most=20, needed=True),
        Field("about", "Keterangan di menu", help="Baris kedua di daftar pilihan.", most=72, needed=True),
        Field("advice", "Saran", "lines", "Tiga sampai lima baris. Tanda bahaya diawali ⚠.", 130, needed=True),
        Field("more", "Selengkapnya", "text", "Dijawab setelah tombol “Lebih lanjut”.", 900),
        Field("how_long", "Berapa lama", "text", "Dijawab kalau warga bertanya “berapa lama?”.", 900),
        *(
            Field(f"audiences.{key}", f"Bedanya untuk {_AUDIENCES[key]}", "text", most=900, more=True)
            for key in _TIP_AUDIENCES
        ),
        Field("variants", "Cara menceritakan keadaan ini", "lines", "Satu per baris. Paling sedikit sepuluh.",
              needed=True),
        Field("words", "Kata penunjuk", help="Pisahkan dengan koma."),
        Field("related", "Keadaan terkait", "ids", more=True),
        Field("self_check", "Tawarkan periksa gejala", "choice", choices={WITHOUT: "Tidak", "yes": "Ya"}, more=True),
        *_reviewed(),
    )  # fmt: skip


def _news() -> tuple[Field, ...]:
    return (
        Field("title", "Judul", most=80, needed=True),
        Field("lines", "Isi", "lines", "Dua atau tiga baris.", 160, needed=True),
        Field("date", "Tanggal kejadian", "date", needed=True),
        Field("source", "Sumber", needed=True),
        Field("seen_in", "Dilihat di", help="Media tempat Anda membacanya, dan kapan.", needed=True),
        Field("limit_days", "Baru selama (hari)", "number", "Setelah itu umurnya ikut disebut.", needed=True),
    )


def _options(label: str, help: str, most: int) -> Field:
    return Field(
        "options", label, "rows", help,
        columns=(
            Field("label", "Teks", most=most, needed=True),
            Field("payload", "Membuka", "lead", choices=_LEADS, needed=True),
            Field("description", "Keterangan", most=72),
        ),
        needed=True,
    )  # fmt: skip


_ZONE = Field("zone", "Zona waktu", "choice", choices={WITHOUT: "WIB (biasa)", **{zone: zone for zone in ZONES}})
_FRONT: Mapping[str, tuple[Field, ...]] = {
    "greeting": (
        Field("text", "Sapaan", "text", "{salam} diisi sendiri: “Halo.”, “Selamat pagi.”", 500, needed=True),
        _options("Tombol", "Paling banyak tiga.", 20),
    ),
    "menu": (
        Field("text", "Kalimat di atas menu", "text", most=300, needed=True),
        Field("button", "Tombol pembuka daftar", most=20, needed=True),
        _options("Pilihan", "Urut seperti tampilnya, sembilan sehalaman. “Bicara dengan petugas” di halaman pertama.",
                 24),
    ),
    "notice": (
        Field("text", "Pengumuman", "text", most=300, needed=True),
        Field("from", "Mulai", "moment", needed=True),
        Field("until", "Sampai", "moment", needed=True),
        _ZONE,
    ),
    "hours": (
        *(
            Field(f"days.{day.lower()}", day, "spans",
                  "Misalnya 07.30-16.00, atau 07.30-11.30, 13.00-16.30. Kosong: tutup." if day == "Senin" else "")
            for day in DAY_NAMES
        ),
        Field("holidays", "Hari libur", "rows",
              columns=(Field("date", "Tanggal", "date", needed=True), Field("name", "Nama", most=60, needed=True))),
        _ZONE,
    ),
}  # fmt: skip


def _sentence(name: str) -> tuple[Field, ...]:
    """A sentence's words, and its buttons as the domain has them."""
    variants = domain_responses().get(name) or [{}]
    titles = [str(button.get("title", "")) for button in variants[0].get("buttons") or ()]
    return (
        Field("text", "Kalimat", "text", "Semua yang di dalam {…} harus tetap ada: diisi saat dikirim.", 1024,
              needed=True),
        *(Field(f"buttons.{title}", f"Tombol “{title}”", most=20) for title in dict.fromkeys(titles)
          if "." not in title),
    )  # fmt: skip


_NOTICE = (
    Field("words", "Pesan", "text", "Semua yang di dalam {…} diisi saat dikirim.", 512, needed=True),
    Field("footer", "Kaki pesan", most=60),
)
_CANNED = (
    Field("title", "Judul", help="Dibaca relawan di daftar pilihan.", most=60, needed=True),
    Field("text", "Balasan", "text", "{nama_petugas} diisi nama relawan.", 1000, needed=True),
    Field("keywords", "Kata pencarian", "lines", "Satu per baris."),
)
_OF_KIND: Mapping[str, tuple[Field, ...]] = {
    "answer": _answer(),
    "hoax": _hoax(),
    "tip": _tip(),
    "news": _news(),
    "notice": _NOTICE,
    "canned": _CANNED,
}


def fields_of(kind: str, values: Mapping[str, Any]) -> tuple[Field, ...]:
    """What the form of an entry asks for; nothing where it can only be written as YAML."""
    if kind == "front":
        return _FRONT.get(str(values.get("is")), ())
    if kind == "sentence":
        return _sentence(str(values.get("id")))
    return _OF_KIND.get(kind, ())


def labels_of(kind: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Key to what staff call it, also for keys within others."""
    labels: dict[str, str] = {}
    for each in fields_of(kind, values):
        labels[each.key] = labels[each.path[-1]] = each.label
        for column in each.columns:
            labels.setdefault(column.key, column.label)
    labels.setdefault("id", "Nama pendek")
    labels.setdefault("is", "Jenis")
    labels.setdefault("for", "Bedanya untuk")
    labels.setdefault("audiences", "Bedanya untuk")
    labels.setdefault("days", "Hari")
    labels.setdefault("buttons", "Tombol")
    return labels


def with_choices(one: Field, choices: Mapping[str, str]) -> Field:
    """The same with other choices."""
    return replace(one, choices=choices)


FRONT_LABELS = {"greeting": "Sapaan", "menu": "Menu", "notice": "Pengumuman", "hours": "Jam petugas"}
