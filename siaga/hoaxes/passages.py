"""What a message claims: a chain message in its sentences, and a request to check something without the asking."""

from __future__ import annotations

import re

from siaga.hoaxes.links import find_links, without_links
from siaga.text.normalise import normalise

LONGEST = 6000
"""Characters of a message that are looked at."""
MOST = 40
"""Passages of a message that are looked at: each takes its milliseconds."""
SHORT = 24
"""Words of a message that is one claim, however it is punctuated."""
_FEWEST = 4
"""Words of a passage: fewer say what it is about, not what is claimed."""
_SAYS = 2
"""Words of its own in a message that claims something: "hoaks vaksin" does not."""
_LONG = 22
"""Words of a sentence that is one claim …"""
_WINDOW, _STEP = 14, 7
"""… a longer one is looked at through a window of so many."""

_END = re.compile(r"(?<=[.!?…])\s+|[\n\r;•●▪✅❌➡👉⚠️*_]+|\s[-–—]+\s|(?<=[!?]{2})")
_WORD = re.compile(r"\w+")

# In plain spelling (siaga.text.normalise): words that ask whether something is true, and those around them.
_ASKING = frozenset(
    "cek periksa pastikan konfirmasi klarifikasi hoaks hoax fakta faktanya benar kebenaran kebenarannya betul benarkah "
    "betulkah sungguh valid asli palsu bohong sesat fitnah true fake news is this it a the or not check please "
    "apa apakah kah tidak bukan atau ya sih dong nih kok kan deh lah toh ta to po opo nopo tenan leres mboten ora "
    "ini itu begini begitu seperti kayak tadi tersebut iki niki kui "
    "kabar berita info informasi pesan berantai broadcast forward forwardan terusan kiriman artikel video link tautan "
    "isu rumor gosip warta isi isinya "
    "dari di ke untuk soal tentang dengan yang ada dan kalau katanya kata jare orang beredar tersebar viral sebar "
    "dapat dapet terima menerima dikirim kirim kirimi mengirim masuk grup grub wa whatsapp facebook fb keluarga rt "
    "teman tetangga saudara group "
    "saya aku kami kita anda kamu min admin kak kakak bu pak mas mbak dok dokter siaga bot halo hai permisi maaf "
    "terima kasih tolong mohon minta bantu bantuin mau ingin pengen bisa boleh coba tanya bertanya menanyakan "
    "nanya lapor percaya dipercaya gimana bagaimana dulu lagi saja jadi menurut how kan".split()
)
_RUMOUR = re.compile(
    r"\b(?:katanya|kata\s+(?:orang|tetangga|teman|grup|broadcast)|jare|jarene|ngendikane|konon|denger[\s-]?denger|"
    r"dengar[\s-]dengar|isu(?:nya)?|rumor|gosip|beredar|viral|ho(?:a|ax|aks|ak)s?|hoax|cek\s+fakta|"
    r"(?:kabar|berita|info|pesan)\w*\s+(?:itu|ini|berantai|yang|kalau|bahwa)|"
    r"(?:apa|apakah)\s+(?:bener|benar|betul)|(?:bener|benar|betul)(?:kah|an|\s+(?:ga|gak|nggak|tidak|ta|apa|nggih))|"
    r"tenan\s+(?:ta|po|ora)|leres\s+nopo|nopo\s+leres|is\s+(?:it|this)\s+true|sebarkan|bagikan|teruskan)\b",
    re.IGNORECASE,
)


def passages(text: str) -> list[str]:
    """What in a message may be a claim: the whole of a short one; of a long one each sentence, and each two in a row.

    Links are left out.
    """
    text = without_links(text[:LONGEST])
    if len(_WORD.findall(text)) <= SHORT:
        whole = " ".join(text.split())
        return [whole] if _WORD.search(whole) else []
    found: list[str] = []
    sentences = [" ".join(part.split()) for part in _END.split(text)]
    before = ""
    for sentence in (one for one in sentences if _WORD.search(one)):
        if len(sentence.split()) <= _LONG:
            # What is claimed may go on in the next: "Jangan divaksin! Isinya chip."
            if before and len(f"{before} {sentence}".split()) <= _LONG:
                found.append(f"{before} {sentence}")
            found.append(sentence)
            before = sentence
        else:
            found += _windows(sentence.split())
            before = ""
    long_enough = [one for one in found if len(_WORD.findall(one)) >= _FEWEST]
    return list(dict.fromkeys(long_enough))[:MOST]


def _windows(words: list[str]) -> list[str]:
    starts = range(0, max(1, len(words) - _WINDOW + _STEP), _STEP)
    return [" ".join(words[start : start + _WINDOW]) for start in starts]


def claim_words(text: str) -> list[str]:
    """The words of a message that do not only ask for a check, in plain spelling."""
    plain = normalise(without_links(text[:LONGEST]))
    return [word for word in _WORD.findall(plain.casefold()) if word not in _ASKING and not word.isdigit()]


def names_nothing(text: str) -> bool:
    """Whether a message asks for a check without saying of what: "cek hoaks dong", "ini bener ga?"."""
    return not find_links(text) and len(claim_words(text)) < 1


def says_enough(text: str) -> bool:
    """Whether there is anything in a message that could be checked: two words of a claim, or a link."""
    return bool(find_links(text)) or len(claim_words(text)) >= _SAYS


def is_rumour(text: str) -> bool:
    """Whether a message says that something is told around, or asks whether it is true."""
    return bool(_RUMOUR.search(text[:LONGEST]))


# In plain spelling (siaga.text.normalise, small letters): asking in so many words that something be checked.
_HOAX = r"(?:ho(?:ak|aks|ax|axs|x|ks|aq)|kabar\s+bohong|berita\s+bohong|berita\s+palsu|fake\s+news)(?:nya)?"
_NEWS = (
    r"(?:kabar|berita|beritanya|kabarnya|warta|isu|isunya|rumor|gosip|broadcast|broadcastan|bc|forward|forwardan|"
    r"terusan|diteruskan\s+ini|pesan\s+berantai|video|videonya|artikel|artikelnya|postingan|unggahan|"
    r"info(?:rmasi)?(?:nya)?(?!\s+(?:jadwal|lokasi|tempat|jam|pendaftaran|kontak|nomor|stok|biaya|harga|kuota)))"
)
_NOT = r"(?:tidak|bukan|enggak|nggak|ora|dudu|sanes|ta|po|to|kah|henteu)"
_TRUE = r"(?:benar|betul|sungguh|valid|akurat|asli|fakta|nyata|leres|tenan)"
_TRUE_OR_NOT = rf"{_TRUE}(?:kah|an)?(?:\s+(?:sih|itu|ini|ya|apa|atau|toh))*(?:\s+{_NOT})+"
_CLOSING = (
    r"(?:\s+(?:ya|sih|min|admin|kak|kakak|bang|mas|mbak|pak|bu|dok|dong|nih|itu|ini|tuh|deh|kira|kan|gan|bro|sis|bos))*"
)
_ENDS = rf"{_CLOSING}\s*(?:[?!.,;:)\n]|$)"
# "hoaks tidak jelas", "hoaks bukan main" ask nothing.
_GOES_ON = (
    r"(?!\s+(?:jelas|boleh|akan|baik|usah|perlu|bisa|mau|pernah|lagi|pantas|bertanggung|masuk|percaya|suka|main|cuma|"
    r"hanya|karena|urusan|ada\s+habis|habis|mempan))"
)
_ASKS_TO_CHECK = re.compile(
    "|".join(
        [
            rf"\b{_HOAX}(?:kah\b|\s+a\s*\?)",
            rf"\b{_HOAX}(?:\s+(?:sih|itu|ini|ya|apa|atau))*\s+{_NOT}\b{_GOES_ON}",
            rf"\b{_HOAX}\s*(?:/|atau|apa)\s*(?:{_TRUE}|true)\b",
            rf"\b(?:{_TRUE}|true|real)\s*(?:/|atau|apa|or)\s*(?:cuma\s+|hanya\s+|a\s+)?(?:{_HOAX}|fake)\b",
            rf"\b(?:apa|apakah|is)\s+(?:ini|itu|this|that|it)\s+(?:cuma\s+|hanya\s+|termasuk\s+|a\s+)?{_HOAX}\b",
            rf"\b{_HOAX}(?:\s+(?:ya|kan|sih|nih|ini|itu|min|kak|bang|dok))*\s*\?",
            rf"\b(?:ini|itu|tadi|tersebut|kabar\w*|berita\w*)\s+(?:cuma\s+|hanya\s+|bukan\s+)?{_HOAX}"
            rf"\s+(?:ya|kan){_CLOSING}\s*[?.!]*$",
            rf"\b(?:cek|dicek|cekkan|check|ngecek|mengecek|periksa|diperiksa|periksakan|verifikasi|pastikan|"
            rf"konfirmasi|klarifikasi|tanya|mau\s+tanya)\s+(?:(?:dong|tolong|apakah|apa|dulu|min|kak|ini|itu|soal)\s+){{0,3}}"
            rf"(?:{_HOAX}|fakta(?:nya)?|kebenaran(?:nya)?|(?:kabar|berita)\s+(?:ini|itu|berikut|tersebut))\b",
            r"\bfact[\s-]*(?:check|periksa)\b",
            r"\bis\s+(?:this|that|the)\s+(?:news\s+|info\s+|message\s+)?(?:true|real|legit|fake)\b",
            rf"\b(?:{_TRUE_OR_NOT}|(?:apa|apakah|masa)\s+{_TRUE}|{_TRUE}(?:kah|an))"
            rf"(?:\s+(?:sih|itu|ini|ya|ada|kalau|soal|tentang|tuh|nih|adanya|apa))*\s+{_NEWS}\b",
            rf"\b{_NEWS}\b(?!\s+(?:saya|aku|baik)\b).{{0,240}}?\b(?:{_TRUE_OR_NOT}|(?:apa|apakah)\s+{_TRUE}|{_TRUE}kah)\b{_ENDS}",
        ]
    ),
    re.DOTALL,
)
# What is asked about hoaxes as such, or of one's own records, is no request to check what goes round.
_ABOUT_HOAXES = re.compile(
    rf"\b(?:apa\s+itu|apa\s+(?:arti|maksud)\w*|arti|pengertian|definisi|cara|kenapa|mengapa|siapa|hukuman\w*|pidana\w*|"
    rf"pasal|contoh)\b.{{0,60}}\b{_HOAX}\b|\b{_HOAX}\s+(?:itu\s+|adalah\s+)apa\b(?!\s+{_NOT})|\blapor\w*\s+(?:\w+\s+)?{_HOAX}\b"
)
_OWN = re.compile(
    r"\b(?:jadwal|pendaftaran|registrasi|nik|ktp|tiket|sertifikat|data|akun|antrean|antrian|nomor|nama|kuota|janji|hasil)"
    r"(?:\s+\w+){0,2}\s+(?:saya|aku|kami|anak\s+saya|ibu\s+saya|bapak\s+saya)\b"
    r"|\b(?:saya|aku|kami)\s+(?:\w+\s+){0,2}(?:terdaftar|daftar|dapat\s+jadwal|divaksin|dijadwalkan)\b"
)


def asks_to_check(text: str) -> bool:
    """Whether a message says in so many words that it wants something checked: "hoax ga …", "bener ga berita …".

    Not what only sounds like it: "bener ga jadwal saya besok?", "apa itu hoaks?".
    """
    plain = normalise(without_links(text[:LONGEST])).casefold()
    asked = _ASKS_TO_CHECK.search(plain)
    if asked is None:
        return False
    if re.search(_HOAX, asked.group()):
        return not _ABOUT_HOAXES.search(plain)
    return not _OWN.search(plain)


# In plain spelling: asking whether it is true, in the words of one who doubts, …
_DOUBT = re.compile(
    r"\b(?:apa(?:kah)?\s+)?(?:benar|betul|hoaks|hoax|valid|sungguh|tenan|leres|fakta)(?:kah|an|nya)?\b"
    r"(?:\s+(?:atau\s+|apa\s+)?(?:tidak|bukan|hoaks|hoax|fakta|bohong|apa|kah|ora|mboten|nopo|nggih|ta|po|to))*"
)
# … and saying that others say so. What is left is the claim.
_SAID = re.compile(
    r"\b(?:katanya|kata\s+(?:orang|teman|tetangga)|jare|konon|cek|kabar(?:nya)?|berita(?:nya)?|info(?:nya)?|beredar|"
    r"viral|viralkan|sebarkan|bagikan|teruskan|hati[\s-]hati|awas|waspada|ke\s+semua(?:\s+(?:orang|grup|keluarga))?|min|admin|kak|bu|pak|mas|mbak|dok|tolong|mohon|dong|sih|ya|yah|nih|loh|lho|deh|kah|ini|itu|bahwa|"
    r"apakah|tanya)\b"
)


def without_asking(passage: str) -> str:
    """A passage without the words that only ask whether it is true: "vksin bkin mandul y, hoax?" claims what "vaksin
    membuat mandul" does. As it was, if nothing else is said."""
    plain = _SAID.sub(" ", _DOUBT.sub(" ", normalise(passage).casefold()))
    words = _WORD.findall(plain)
    return " ".join(words) if len(words) > 1 else passage
