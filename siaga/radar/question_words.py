"""The words by which people ask the radar, tried on a text as written and in plain Indonesian
(``siaga.text.normalise``): whichever form shows one."""

# ruff: noqa: E501 - word lists and patterns are read on one line

from __future__ import annotations

import re
from dataclasses import dataclass

from siaga.radar.figures import Colour, Measure
from siaga.radar.question import Beyond, Count
from siaga.text.normalise import normalise, normalise_word

_OWN = r"(?:nya|ne|e|kah|ny)?"


def words(*alternatives: str) -> re.Pattern[str]:
    """Any of these patterns, as whole words, each perhaps with a suffix."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)}){_OWN}(?!\w)")


@dataclass(frozen=True)
class Forms:
    """A text in its two forms."""

    written: str
    plain: str

    @classmethod
    def of(cls, text: str) -> Forms:
        """Spaces are single, so that patterns need not think of them."""
        return cls(" ".join(text.lower().split()), " ".join(normalise(text).split()))

    def say(self, pattern: re.Pattern[str]) -> bool:
        """Whether either form holds the pattern."""
        return bool(pattern.search(self.written) or pattern.search(self.plain))

    def first(self, pattern: re.Pattern[str]) -> int | None:
        """Where the pattern stands first."""
        found = [match.start() for form in (self.plain, self.written) if (match := pattern.search(form))]
        return found[0] if found else None


MEASURES: dict[Measure, re.Pattern[str]] = {
    "confirmed": words("positif", "terkonfirmasi", "konfirmasi", "confirmed", "positive", "terinfeksi", "infected"),
    "recovered": words(
        "(?:ke)?sembuh(?:an)?", "waras", "pulih", "recover(?:ed|y)?", "cageur"
    ),
    "deaths": words(
        "meninggal(?: dunia)?", "mening+al", "kematian", "mati", "wafat", "gugur", "tewas", "korban(?: jiwa)?", "died",
        "deaths?", "dead", "seda", "sedo", "maot", "angka mortalitas",
    ),
    "active": words(
        "aktif", "active", "masih (?:sakit|positif|isolasi|isoman)", "isoman", "(?:sedang|masih) (?:terinfeksi|kena)"
    ),
    "hospital": words(
        "di ?rawat(?: inap)?", "rawat inap", "opname", "diopname", "hospitali[sz]ed", "masuk (?:rumah sakit|rs)",
        "di (?:rumah sakit|rs)",
    ),
    "suspected": words("suspek", "suspect(?:ed)?", "pdp", "probable"),
    "watched": words("odp", "kontak erat", "dipantau", "dalam pemantauan"),
}  # fmt: skip

COUNTS: dict[Count, re.Pattern[str]] = {
    "total": words(
        "total", "kumulatif", "(?:se|ke)seluruhan", "sampai (?:sekarang|saat ini|detik ini)", "se(?:jak|mulai) awal",
        "dari awal", "selama ini", "sejauh ini", "so far", "semua kasus", "all time",
    ),
    "new": words(
        "(?:kasus|pasien|positif|yang) baru", "(?:pe)?(?:me?)?n?ambah(?:an)?", "tambah(?:an)?", "bertambah", "harian",
        "sehari", "tembus", "new cases", "per hari(?! ini)",
    ),
}  # fmt: skip

COLOURS: dict[Colour, re.Pattern[str]] = {
    "green": words("hijau", "ijo", "ijau", "green"),
    "yellow": words("kuning", "yellow"),
    "orange": words("oranye", "oren", "orange", "oranje", "jingga", "orens?"),
    "red": words("merah", "abang", "beureum", "red", "mirah"),
}
LEVEL = re.compile(r"(?<!\w)(?:level|lvl|lv|tingkat)(?:nya|e|ne)? ?(?P<level>[1-4]|satu|dua|tiga|empat)(?!\w)")
LEVELS = {"satu": 1, "dua": 2, "tiga": 3, "empat": 4}

BEYOND: dict[Beyond, re.Pattern[str]] = {
    "ppkm": words("ppkm", "psbb"),
    "beds": words("bor", "keterisian", "tempat tidur", "beds?", "icu", "ruang isolasi", "kamar isolasi", "kapasitas"),
    "tests": words(
        "positivity(?: rate)?", "positifiti", "pemeriksaan", "spesimen", "specimen", "testing", "swab", "pcr",
        "jumlah tes", "antigen", "angka reproduksi",
    ),
    "vaccination": words(
        "(?:cakupan|capaian|persen|persentase|jumlah|stok|target|penerima) (?:\\w+ ){0,4}?"
        "(?:vaksin(?:asi)?|divaksin|booster|imunisasi)",
        "berapa (?:\\w+ ){0,6}?(?:vaksin(?:asi)?|divaksin|booster|imunisasi)", "vaccinated", "dosis (?:lengkap|[1-4])",
    ),
    "world": words(
        "dunia", "global", "singapura", "singapore", "malaysia", "cina", "china", "tiongkok", "jepang", "korea",
        "india", "amerika", "arab(?: saudi)?", "mekkah", "makkah", "australia", "inggris", "eropa", "filipina",
        "thailand", "hongkong", "hong kong", "taiwan", "wuhan", "italia", "luar negeri", "timor leste", "brunei",
        "world(?:wide)?", "negara (?:lain|mana)",
    ),
    "variant": words("varian", "variant", "omicron", "omikron", "delta", "xbb", "eris", "arcturus", "kraken", "jn ?1"),
    "people": words(
        "(?:berapa(?: banyak)?|jumlah|persen|data|kasus|angka) (?:pada )?(?:anak(?:-anak)?|balita|bayi|nakes|"
        "tenaga kesehatan|dokter|perawat|lansia|ibu hamil|guru|siswa|santri|usia|umur|abk)(?! (?:saya|ku))",
        "(?:anak(?:-anak)?|balita|bayi|nakes|tenaga kesehatan|lansia|ibu hamil|abk|laki-laki|perempuan) yang "
        "(?:kena|terinfeksi|positif|meninggal|terpapar|sakit)", "klaster", "cluster", "(?:per|kelompok|menurut) umur",
        "kelompok usia", "(?:per|menurut) usia",
    ),
    "forecast": words(
        "prediksi", "diprediksi", "ramal(?:an|kan)?", "perkiraan", "proyeksi", "diperkirakan", "forecast",
        "(?:akan|bakal|bakalan) (?:naik|turun|tambah|bertambah|ada gelombang)",
        "berapa (?:kasus )?(?:besok|minggu depan|bulan depan)",
    ),
}  # fmt: skip
FINER = words(
    "(?:per|se)?(?:kelurahan|desa|deso|dusun|perumahan|komplek|kompleks|gang)(?:ku| saya| kami)?", r"r[tw] ?(?:\d+|saya|kami|ku|sini|ini)",
    "desaku", "per kecamatan", "se ?kecamatan", "tiap kecamatan",
)  # fmt: skip
SHARE = words("persen", "persentase", "%", "prosentase", "berapa persen", "tingkat (?:kesembuhan|kematian)", "cfr")

HERE = words(
    r"(?:se?kitar|seputar|se?keliling|dekat|deket)(?:an)? ?(?:sini|saya|ku|aku|rumah|kost?|kantor|lokasi|tempat|kami)"
    r"(?:ku| saya| aku| kami| tinggal)?",
    r"di ?sini", r"ng?kene", r"kene", r"sini", r"near(?: me| here)", r"around (?:me|here)", r"my (?:area|city|town|place)",
    r"here", r"se?kitaran", r"se?kitar", r"se?kitarku",
    r"(?:daerah|tempat|wilayah|lingkungan|kota|kabupaten|kecamatan|kelurahan|desa|deso|kampung|lokasi|posisi|area|rumah|"
    r"provinsi|rt|rw|perumahan|komplek|kost?|kantor|gang|domisili)(?:e|ne|nya)? ?(?:ku|saya|aku|kami|kita|gue|gua|kulo|sini|ini|"
    r"tinggal(?: saya)?)",
    r"(?:daerah|wilayah|tempat) (?:yang )?(?:saya )?tinggal(?: saya)?", r"tempatku", r"daerahku", r"rumahku", r"kotaku",
    r"nggonku", r"panggonanku", r"kampungku", r"desaku",
)  # fmt: skip
NATION = words(
    "(?:se ?)?indonesia", "nasional", "nusantara", "national(?:ly)?", "seluruh (?:negeri|provinsi)", "indo", "se ?ri",
    "republik indonesia", "tanah air",
)  # fmt: skip

_ALARM = r"(?:kabar(?:an|i|in|kan)?|info(?:kan|in)?|langganan|notif(?:ikasi)?|pemberitahuan|kirim(?:an|i)?|berlangganan|update|radar|ngabari|peringatan|subscribe)"
_STOP = r"(?:berhenti(?:kan)?|stop|setop|batal(?:kan)?|jangan|tidak usah|tidak perlu|cabut|matikan|nonaktifkan|hapus|sudahi|akhiri|lerenan|tidak mau)"
_MOVES = r"(?:berubah|naik|turun|ganti|jadi|sudah|memburuk|membaik|masuk|ada (?:yang|perubahan|kasus)|(?:zona|level|kasus|merah|hijau|kuning|oranye|aman))"
_TELL = r"(?:kabar(?:i|in|kan)|ngabari|(?:beri|kasih|kasi|diberi) ?(?:tahu|tau|kabar)|infokan|infoin|ingatkan|peringatkan|notif(?:ikasi)?|pemberitahuan|remind|notify|tell) ?"
_RANKED = r"(?:tinggi|banyak|parah|gawat|rawan|sedikit|rendah|aman|kecil|besar|ramai|merah|buruk|baik|dikit)"
_HARMLESS = r"(?:ke|di|nang|nek|buat|untuk|main|pergi|mudik|liburan|jalan|keluar|sana|situ|sini|tidak|apa|nggih|ta|gak|daerah|kota)"

UNSUBSCRIBE = words(
    rf"{_STOP} (?:\w+ ){{0,3}}?{_ALARM}",
    rf"{_ALARM} (?:\w+ ){{0,4}}?(?:stop|berhenti|setop|dihentikan|dimatikan|dibatalkan|hentikan|matikan)",
    "unsubscribe",
)
SUBSCRIBE = words(
    "(?:ber)?langganan", "subscribe", "subs", rf"{_TELL}(?:\w+ ){{0,5}}?(?:kalau|jika|bila|saat|waktu|ketika|when|if)",
    rf"(?:kalau|jika|bila) (?:\w+ ){{0,5}}?{_MOVES} (?:\w+ ){{0,4}}?{_TELL.strip()}",
    "notify me", "let me know (?:\\w+ )?(?:when|if|whenever|once)", "pantaukan", "kabari terus",
    "(?:di ?)?beri ?tahu(?:kan)? (?:\\w+ ){0,2}?apabila", "pemberitahuan (?:tiap|setiap|kalau)",
 "(?:kirim(?:i|in|kan|ke)?|beri|kasih|minta|dapat|terima) (?:saya )?(?:\\w+ ){0,4}?"
    "(?:tiap|setiap|saban) (?:hari|pagi|minggu|ada)", "aktifkan (?:notif(?:ikasi)?|pemberitahuan|kabar|radar)",
    "(?:pantau|awasi)(?:kan|in)? (?:\\w+ ){0,3}?(?:buat|untuk) saya",
)  # fmt: skip
TELL_ME = words("kabari(?: saya| aku)?", "kabar(?:in|no)")
NUMBER_ASKED = words("berapa", "piro", "pinten", "how many", "hari ini")
SOURCE = words(
    "(?:dari|saking|teko|soko) (?:mana|sapa|siapa|pundi|ngendi)", "sumber(?: data)?", "source", "asal data",
    "kapan (?:\\w+ ){0,4}?(?:di ?update|di ?perbarui|terbaru|update|diperbaharui|terakhir|masuk)",
    "(?:terakhir|terbaru) (?:\\w+ ){0,2}?kapan", "(?:update|terbaru|di ?perbarui|diupdate|terakhir) (?:\\w+ ){0,2}?"
    "(?:tanggal berapa|kapan|jam berapa)", "data (?:\\w+ )?(?:tanggal berapa|per kapan|kapan|hari apa)",
    "(?:resmi|valid|akurat|dipercaya|hoax|bohong|ngarang|karangan)(?: (?:tidak|ga|gak|apa|kah))?(?= ?\\??$)",
    "(?:menerbitkan|diterbitkan|merilis|rilis|ngambil(?:nya)? dari|diambil dari|dianyari)", "angka kapan", "beneran",
    "(?:bisa|dapat) dipercaya", "last updated?", "siapa yang (?:\\w+ )?(?:mendata|rilis|merilis|ngeluarin|mengeluarkan)",
)  # fmt: skip
COMPARE = words(
    "(?:mem)?(?:per)?banding(?:kan|an|in|ke|no)?", "mbandingno", "dibanding(?:kan|in)?", "vs", "versus", "compared?",
    "(?:di)?sanding(?:kan|in)?", "worse", "better", "(?:lebih|luwih) \\w+", "enak(?:an)? (?:yang )?mana", "adu",
    "ketimbang", "daripada", "beda(?: (?:sama|dengan))?", "selisih", "lawan",
    rf"{_RANKED}(?:an)? (?:\w+ )?(?:mana|endi|ngendi|pundi)", rf"mana (?:yang |sing )?(?:lebih|luwih|paling) {_RANKED}",
    rf"(?:lebih|luwih) {_RANKED}", "mending(?:an)?", "mana yang",
)  # fmt: skip
LIST = words(
    r"(?:zona|zonasi|daerah|wilayah|kota|kabupaten|kecamatan|tempat|provinsi|kelurahan|level \d|merah|hijau|kuning|oranye) "
    r"(?:yang )?(?:di ?mana|mana|ngendi|endi|pundi)(?: ?(?:saja|wae|ae|mawon))?",
    r"(?:mana|apa) (?:saja|wae|ae|mawon)", "daftar(?! vaksin)", "list", "deretan", f"ter{_RANKED}", f"paling {_RANKED}",
    "terendah", "ranking", "rangking", "peringkat", "urutan", "urutkan", r"top ?\d+", r"\d+ besar", "which (?:cities|city|areas?|regenc.+)",
    "per (?:kabupaten|kota|kecamatan|provinsi|daerah|wilayah|kelurahan)", "(?:tiap|semua|seluruh) (?:kabupaten|kota|daerah)",
    "(?:kabupaten|kota|daerah|provinsi) (?:yang|sing) (?:\\w+ )?(?:nol|belum ada|tanpa) kasus", "highest", "lowest", "worst", "most cases",
)  # fmt: skip
LEAST = words(
    "terendah", "(?:ter|paling )(?:sedikit|rendah|aman|kecil|dikit|baik)", "paling sithik", "lowest", "least", "nol kasus",
    "belum ada kasus", "tanpa kasus",
)  # fmt: skip
PEAK = words(
    "(?:kapan|kpn) (?:\\w+ ){0,4}?(?:puncak|tertinggi|terbanyak|paling (?:tinggi|banyak|parah))",
    "puncak (?:\\w+ ){0,4}?(?:kapan|tanggal|bulan|berapa)", "puncak(?:nya)? (?:kasus|covid|gelombang|pandemi|dbd|corona)",
    "puncaknya", "(?:pernah|rekor) (?:\\w+ ){0,3}?(?:tertinggi|terbanyak|paling (?:tinggi|banyak|parah)|berapa)",
    "(?:tertinggi|terbanyak|paling (?:tinggi|banyak|parah)) (?:\\w+ ){0,4}?(?:pernah|kapan|sepanjang|selama|tanggal|bulan)",
    "rekor", "peak", "sudah lewat puncak",
)  # fmt: skip
PICTURE = words("peta", "maps?", "gambar", "petane", "sebaran(?= (?:covid|kasus|corona|dbd)?)", "denah")
TREND = words(
    "grafik", "kurva", "chart", "graph", "diagram", "tren", "trend(?:ing)?", "melandai", "landai", "melonjak",
    "naik (?:\\w+ )?(?:apa|atau|opo|ta|nopo|/) ?(?:\\w+ )?turun", "naik ?/ ?turun", "(?:lagi|masih|kok|terus|makin|sedang) (?:naik|turun)",
    "(?:naik|turun) (?:tidak|belum|ga|gak|ya|terus|lagi)", "apakah (?:\\w+ ){0,3}?(?:naik|turun|meningkat|menurun)",
    "(?:me)?ningkat", "menurun", "mundhak", "munggah", "mudhun", "medhun", "mundak", "mudun", "naik turun",
    "(?:sudah|mulai|udah) (?:naik|turun)", "(?:naik|turun)(?= ?\\??$)", "lonjakan", "kenaikan", "penurunan", "rising",
    "going (?:up|down)", "gelombang (?:baru|\\d)",
)  # fmt: skip
TRAVEL = words(
    "mudik", "liburan", "berlibur", "libur", "wisata", "piknik", "jalan-jalan", "jalan jalan", "pelesir", "healing",
    "dinas (?:ke|luar)", "booking", "nginap", "menginap", "travel(?:l?ing)?", "visit", "berkunjung", "mengunjungi", "sowan", "dolan",
    "perjalanan", "sandar", "hajatan", "acara", "carter", "dicarter", "kemah", "berkemah", "dikunjungi", "kondangan",
    "umroh", "ziarah", "nyeberang",
)  # fmt: skip
ON_THE_WAY = re.compile(
    r"(?<!\w)(?:mau|arep|pengen|pingin|ingin|rencana|bakal|akan|jadi|boleh|bisa|gelem|badhe|meh|pergi|main|balik|take|bring|berangkat|pulang|"
    r"going|ngajak|diajak|disuruh|nyuruh|ngelarang)\s+(?:\w+\s+){0,4}?(?:ke|nang|neng|menyang|nyang|teng|ten|to)\s+"
    r"(?:daerah |kota |kab\.? |kabupaten |kec\.? |kecamatan |pulau |rumah \w+ di )?$"
)
SAFE = words(
    f"aman (?:\\w+ ){{0,2}}?{_HARMLESS}", "aman(?:kah|an)?(?! zona)(?= ?\\??$)", "apakah (?:\\w+ ){0,3}?aman", "bahaya",
    "berbahaya", "rawan", "berisiko", "beresiko", "safe", "dangerous", "amankah", "aman", "ngeri", "gawat", "boleh (?:ke|mudik)",
)  # fmt: skip
ZONE = words(
    "zona", "zonasi", "zone", "warna", "level", "lvl", "tingkat (?:penularan|risiko|transmisi)", "status (?:zona|level|risiko|wilayah|daerah|kota|kabupaten|covid)", "zoan", "jona",
    "risiko", "resiko", "ppkm", "transmisi", "hitam", "penularan", "kategori",
)  # fmt: skip
WEEK = words(
    "(?:se)?minggu (?:ini|iki|niki|terakhir|belakangan|kemarin ini)", "se(?:minggu|pekan)(?:an)?", "sak ?minggu",
    "pekan (?:ini|terakhir)", "(?:7|tujuh) hari(?: terakhir| belakangan)?", "mingguan", "(?:this|last|past) week",
    "satu minggu", "minggu ini", "1 minggu", "weekly", "perminggu", "per minggu",
)  # fmt: skip
LATELY = re.compile(r"(?:terakhir|belakangan|ini|iki|niki|ke ?belakang|trakhir)(?!\w)")
NOW = words("sekarang", "saat ini", "terbaru", "terkini", "today", "now")
PROVINCE = words("provinsi", "se ?provinsi", "propinsi")
CITY, REGENCY = words("kota"), words("kabupaten", "kab")
RADAR = words("radar")
GRAPH = words("grafik", "kurva", "chart", "graph", "diagram", "tren", "trend")
STILL_POSITIVE = words("masih (?:positif|sakit|terinfeksi)", "positif aktif", "kasus aktif")

LONGEST_FOLLOW_UP = 8
"""Words."""
# What sounds like a measure and asks of one's own case: "kalau positif?", "kapan sembuh?", "saya positif".
OTHER_BUSINESS = re.compile(
    r"(?<!\w)(?:(?:kalau|jika|apabila|misalnya|kalo) (?:sudah |aku |saya )?positif(?! berapa)(?: (?:bagaimana|apa|terus))?(?= ?\??$)"
    r"|(?:sudah|kapan|bisa|cepat|biar|supaya|sampai|lama) (?:sembuh|positif|waras|mati|meninggal)(?:nya|ne|e)?"
    r"|positif (?:terus|lagi|bagaimana)|(?:saya|aku|ibu|bapak|suami|istri|anak|kakek|nenek|adik|kakak) (?:positif|sembuh|meninggal|aktif|dirawat)"
    r"|hasil(?:nya)? positif|tes positif|apa (?:itu|sih|arti\w*|maksud\w*)|itu apa|arti(?:nya)?|maksud(?:nya)?(?! (?:saya|aku)\b))(?!\w)"
)
OWN = frozenset({"saya", "aku", "ku", "sy", "kami", "gue", "kulo"})
CUE = words(
    "yang",
    "kalau",
    "berapa",
    "jumlah",
    "angka",
    "terus",
    "lalu",
    "bagaimana",
    "dan",
    "and",
    "how",
    "what",
    "total",
    "data",
    "kasus",
    "kemarin",
    "terakhir",
    "masih",
    "zona",
    "level",
    r"\w{4,}nya",
    "kasih lihat",
    "lihat",
    "cek",
    "info",
)
_FOLLOWING = frozenset(
    # asking, pointing, filling
    "eh salah maksud maksudku maksudnya maksute maaf sori sorry ralat bukan dudu "
    "kalau klo kalo jika nah lalu terus trus dan atau apa apakah bagaimana berapa yang untuk buat bagi di ke dari pada "
    "sama dengan juga saja itu ini tuh nih dong sih ya yah deh kah lah min kak kakak mbak mas gan bos admin pak bu bapak "
    "ibu tolong coba lihat liat lihatkan tunjukkan minta mohon cek tahu tau dimana mana situ sana sini kono kene tadi "
    "orang jiwa warga pasien wong how about what and the in of is for show me please there then ok oke oh hmm "
    "sekarang skrg saat hari kini saiki sekarang lagi masih sudah belum tidak nggak gak ga ora blm ta tah toh kan ae wae "
    "sing neng nang ing ning jumlah jumlahnya angka angkanya data datanya datane kasus kasusnya kasuse info infonya radar "
    "radarnya se sak per tambah nambah bertambah menambah baru total totalnya kumulatif harian sehari kemarin semua nang "
    "jangan usah perlu hasil tanya nanya bandingkan banding bandingin dibanding dibandingkan perbandingan vs beda bedanya lebih paling mana "
    "lawan daripada ketimbang mending "
    # measures
    "positif positifnya terkonfirmasi konfirmasi sembuh sembuhnya kesembuhan kesembuhannya waras pulih meninggal meninggalnya "
    "kematian kematiannya mati matinya wafat tewas gugur korban aktif aktifnya dirawat rawat inap opname "
    "suspek pdp odp probable kontak erat deaths died dead recovered active confirmed persen persentase "
    # kinds
    "zona red green yellow zone zonanya zonane zonasi warna warnanya level levelnya merah kuning hijau ijo oranye orange oren abang tingkat "
    "penularan risiko aman amankah bahaya berbahaya safe peta petanya petane map gambar gambarnya grafik grafiknya grafike "
    "kurva kurvanya tren trennya trend trennya naik turun mundhak mudhun meningkat menurun melandai puncak puncaknya kapan "
    "tertinggi terendah terbanyak tersedikit tinggi rendah banyak sedikit parah terparah paling parahan kabari kabarin beri "
    "kabar notif pemberitahuan langganan berlangganan berubah berhenti stop sumber sumbernya sumbere update diupdate "
    "terbaru terakhir diperbarui resmi minggu seminggu mingguan pekan sepekan bulan sebulan bulanan tahun setahun tujuh "
    "dua tiga empat satu belakangan daerah wilayah tempat sekitar sekitarnya lokasi "
    "kota kotanya kotane kab kabupaten kabupatennya kabnya kec kecamatan kecamatannya prov provinsi provinsinya propinsi "
    "indonesia nasional nasionalnya "
    "covid corona korona covid-19 dbd demam berdarah campak dengue".split()
)
_FILLING = frozenset(
    "bisa boleh ada adakah punya gimana gmn piye jelaskan jelasin kasih kasi ingin pengen hendak kira kira-kira "
    "sebenarnya katanya banget bgt dapat tampilkan infokan informasi seluruh mengetahui memberi perkembangan situasi "
    "kondisi keadaan laporan rekap statistik terkini terupdate kena terkena terjangkit tertular terpapar orangnya "
    "halo hai hi permisi assalamualaikum selamat pagi siang sore malam penambahan kini besok lusa lur cak ning rek "
    "mbakyu kang bro sis gaes update today now cases case number many new latest get tell give sini peringkat ranking "
    "liburan mudik libur wisata pergi main jalan dinas pulang berangkat acara hajatan keluarga rumah mertua teman ".split()
)
_SUFFIX = re.compile(r"(?:nya|ne|e|kah)$")
_NUMBER = re.compile(r"\d{1,4}")


def _in(word: str, known: frozenset[str]) -> bool:
    return word in known or _SUFFIX.sub("", word) in known or bool(_NUMBER.fullmatch(word))


def _all_in(word: str, known: frozenset[str]) -> bool:
    parts = re.findall(r"[\w-]+", normalise_word(word))
    return _in(word, known) or (bool(parts) and all(_in(part, known) for part in parts))


def follows(word: str) -> bool:
    """Whether a word, as written, may stand in a question that follows upon an answer of the radar."""
    return _all_in(word, _FOLLOWING)


def is_known(word: str) -> bool:
    """Whether a word of a whole question is one that the radar knows, and so no place."""
    return _all_in(word, _FOLLOWING | _FILLING)
