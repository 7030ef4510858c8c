"""The words of each danger sign: which rows of words tell of it.

A clue is a pattern over the text in lower case, as written and again in plain Indonesian (``siaga.text.normalise``):
words of other languages that the normaliser knows need no place here. Whether a sign that is named is there now is for
``siaga.text.danger_context``.

The signs are those that WHO and the Indonesian guidelines for COVID-19 name for calling help at once, with those of
stroke (the face, the arm, the speech), of WHO's chart booklet for sick children (not able to drink, vomits everything,
fits, limp or hard to wake, chest drawn in, signs of dried out) and of the Ministry's book for mothers and children
(bleeding, fits, waters broken, no movement, headache with dim sight).
"""

# ruff: noqa: E501 - a pattern is read on one line

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Sign = Literal[
    "breath",
    "chest",
    "confusion",
    "unconscious",
    "blue",
    "fit",
    "oxygen",
    "bleeding",
    "stroke",
    "poison",
    "suicide",
    "violence",
    "child",
    "pregnancy",
]


@dataclass(frozen=True)
class Clue:
    """A pattern that tells of a sign, ``unless`` another is anywhere in the text."""

    sign: Sign
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None = None


def _any(words: str) -> str:
    """One of these, parted by "|"; a space stands for any space."""
    return "(?:" + words.replace(" ", r"\s+") + ")"


def _row(*parts: str, within: int = 0) -> str:
    """The parts one after the other, up to ``within`` other words (and no comma) between two of them."""
    between = rf"\s+(?:[\w'-]+\s+){{0,{within}}}?" if within else r"\s+"
    return r"\b" + between.join(parts) + r"\b"


def _both(one: str, other: str, within: int = 60) -> str:
    """Both in either order, up to ``within`` characters between them, marks included."""
    return rf"\b{one}\b.{{0,{within}}}?\b{other}\b|\b{other}\b.{{0,{within}}}?\b{one}\b"


# -- words that stand for one another

NO = _any(
    "tidak|tdk|tak|gak|ga|gk|g|nggak|nggk|ngga|enggak|ndak|kagak|kaga|ora|ra|gak ono|mboten|boten|teu|henteu|indak|ndk|tusing|nenten|sing(?= (?:nyidang|inget|nyak|suud|ada|isa))|ta'|lo'"
)
_HARD = _any("susah|susahnya|sulit|sulitnya|sukar|angel|kesulitan|hese|payah|keweh|kesusahan|berat")
_CAN = _any("bisa|bsa|bs|mampu|iso|isa|saged|saget|kuat|tiasa|bisoan|nyidang|nyidaang|dapat|dapet")
_CANNOT = rf"(?:(?:{NO}|susah|sulit|sukar|angel)\s*{_CAN}|gabisa|gbs|gbisa|can'?t|cannot|can not|unable to|(?:susah|sulit)\s+sekali)"
_WILL_NOT = (
    rf"(?:{NO}\s*{_any('mau|mo|mw|gelem|purun|daek|daekeun|hayang|hoyong|namuah|amuah|nyak|bisa|bs|iso|saged|tiasa|kuat|kersa')}"
    r"|gamau|gmau|ogah|menolak|nolak|emoh|moh|alim|refus\w+|won'?t|will not|not|isn'?t|can'?t|susah)"
)
_MUCH = _any(
    r"berat|parah|hebat|banget|bgt|bngt|bangt|sekali|skali|skli|sangat|sngt|sanget|tenan|pol|poll|puol|nemen|makin|tambah|bertambah|luar biasa|amat|akut"
    r"|ngos\S*|terus(?:\s|-)?(?:terusan|menerus)|mendadak|tiba\S*|bana|pisan|kacida|sajan|gati|ongghu|sara|banar|so bad|badly|severe(?:ly)?"
)
_SUDDEN = _any(
    "mendadak|ndadak|ngadadak|dadakan|tiba tiba|tiba-tiba|tiba|tau tau|tau-tau|barusan|baru saja|sakedapan|ujug ujug|ujug-ujug|suddenly"
)
_GO_ON = _any(
    "terus|trus|trs|mulu|wae|ae|taruih|gen|berhenti-berhenti|dari tadi|dr td|dr tadi|dari subuh|dari pagi|dari semalam|sejak"
)
_NO_STOP = rf"(?:{NO}\s+(?:\w+\s+)?(?:ber|b|ba|per)?(?:henti|enti|renti|ranti|mandek|mandeg|mampet|stop|stopnya|eureun|suud|brenti|leren)\S*|won'?t\s+stop|not\s+stopping|doesn'?t\s+stop)"
_NOW = _any("sekarang|skrg|skrng|saiki|sakniki|ayeuna|kini|barusan|baru saja|tolong|tlg|now|just now")

PERSON = (
    r"(?:ibu|ibuk|bapak|bapa|bapan|bpk|bpak|ayah|apak|abah|abi|umi|ummi|babe|babeh|nyak|enyak|mama|mamah|mamak|mamaku|amak|papa|emak|mak|ema|eppak|ebuk|embuk|suami|istri"
    r"|salaki|pamajikan|anak|ank|budak|bocah|arek|panak|bayi|orok|balita|adik|adek|dedek|kakak|lanceuk|embak|mbak|mas|uda|uni|kakek|nenek|aki|nini|engkong|mbah|simbah|eyang"
    r"|kakiang|dadong|meme|opa|oma|paman|om|bibi|tante|mertua|menantu|teman|temen|tmn|tetangga|tonggo|orang|org|pasien|dia|dy|bojo|laki gue|bini|garwo|garwa|lare|putra|wong|tiyang|jalma|saudara"
    r"|sodara|sepupu|ortu|pakde|pakdhe|bude|budhe|paklik|bulik|cucu|putu|incu|keponakan|ponakan|majikan|penumpang|husband|wife|son|daughter|mom|mum|mother|dad|father|grandma|grandpa|baby|kid|child|he|she)"
    r"(?:ku|nya|q|e|ne|na|kula|mu)?"
)
_CHILD = (
    r"(?:bayi|baby|debay|anak|ank|anakk|dedek|dede|adek|adik|balita|batita|orok|budak|putu|cucu|incu|lare|panak|bocah|arek|newborn|si\s+kecil|kid|child|toddler|infant|infan|son|daughter)"
    r"(?:ku|nya|q|e|ne|na)?"
)
_INFANT = _any("bayi|bayiku|bayinya|bayine|baby|debay|orok|newborn|infant")

# -- breath

_BREATH = (
    r"(?:(?:(?:ber|be|b)?n[ae]f?[ap]?[fp]?[ae]s|ambegan|ambekan|ngambekan|angkihan|mangkihan|ngangkihan|angok|baangok|napas|nafas|nfs|nps|brnafas|bernafas|anyaba|breath(?:e|ing)?)"
    r"(?:nya|ny|ne|na|e|ku|ipun)?)"
)
_TIGHT = r"(?:(?:sesak|sesek|seseg|ssk|sessak|sessek|sesk|sasak|ampeg|megap|megap\S*|mengap\S*|e?ungap|engap\S*|ngap|ngap-?\s?ngap\S*|sumpek)(?:nya|e|na)?)"
_PUFFING = _any(
    r"pendek pendek|pendek-pendek|terengah\S*|tersengal\S*|sengal\S*|senin kamis|senen kemis|krenggosan|menggeh\S*|kembang\s?-?\s?kempis|megap\S*|tinggal satu\S*|gasping"
)
_BEAT = r"(?:jantung|nadi|denyut(?:\s+nadi)?)(?:nya|ne|e)?"
_ENDED = r"(?:berhenti|brenti|terhenti|hilang|ilang|putus|mandeg|(?:sudah\s+|udah\s+|udh\s+)?(?:tidak|ga|gak|ora)\s+(?:ada|teraba|kerasa|terasa))"
# Not breathing, or without a heartbeat: no sign of its own, but to be helped otherwise than who breathes hard.
STOPPED = re.compile(
    rf"\b(?:henti|berhenti|brenti|stop|mandeg|{NO}|not|isn'?t|stopped)\s+(?:lagi\s+|lg\s+)?(?:ber)?{_BREATH}\b(?!\s+(?:lega|dulu))"
    rf"|\b{_BREATH}\s+(?:\w+\s+)?{_ENDED}\b|\bhenti\s+jantung\b|\b{_BEAT}\s+(?:\w+\s+)?{_ENDED}\b",
    re.IGNORECASE,
)
_BREATHS: list[str] = [
    _row(_CANNOT, _BREATH, within=1),
    _row(_any("susah|sulit|sukar|angel|kesulitan|susahnya"), _BREATH, _MUCH, within=2),
    _row(_MUCH, _HARD, _BREATH, within=1),
    _row(_any("kesulitan|hese|payah bana|payah|keweh|susah payah|difficulty|trouble|struggling to"), _BREATH),
    _row(_TIGHT, rf"(?:{_BREATH}\s+)?(?:\w+\s+){{0,2}}?{_MUCH}"),
    _row(_any(r"makin|tambah|sangat|sngt|semakin|mendadak|tiba\s?-?\s?tiba"), _TIGHT),
    rf"\b{_TIGHT}\b.{{0,40}}\b{_CANNOT}\s+(?:\w+\s+)?{_any('bicara|ngomong|ngmg|jalan|tidur|turu|sare|lalok|matur|berbicara|berbaring|baring|rebahan|berdiri|bangun')}\b",
    rf"\b{_TIGHT}\b.{{0,40}}\b(?:terputus|putus|tersengal|ngos|megap|cuping)\S*",
    rf"\b(?:henti|berhenti|brenti|stop|mandeg|susah|sulit|sukar|angel|{NO})\s+(?:ber)?{_BREATH}\b(?!\s+(?:lega|dulu))",
    rf"\b{_BREATH}\s+(?:berhenti|brenti|terhenti|hilang|putus|megap|tersengal|tinggal|ngos|satu\s*-?\s*satu)\S*",
    _row(_BREATH, _PUFFING, within=2),
    _row(_PUFFING, _BREATH, within=1),
    rf"\b{PERSON}\b.{{0,40}}?\b(?:menggeh\S*|krenggosan|megap-?\s?megap|mengap-?\s?mengap|tersengal\S*)",
    rf"\b(?:tolong|tlg|tulung|tulungin|help|darurat|gawat)\b.{{0,60}}\b{_TIGHT}\b|\b{_TIGHT}\b.{{0,60}}\b(?:tolong|tlg|tulung|help|darurat|gawat)\b",
    rf"\b(?:susah|sulit|sukar|angel|hese|kesulitan|berat|{_CANNOT})\s+(?:me|m|n)?(?:tarik|narik|ambil|ngambil|hirup|ngirup)\s+{_BREATH}\b",
    rf"\b{_BREATH}\s+(?:\w+\s+){{0,2}}?(?:cepat|cepet|cpt|cpet|memburu|hese|berbunyi|bunyi)\s+(?:\w+\s+){{0,2}}?(?:{_MUCH}|ngik\S*|grok\S*|cekung\S*)",
    rf"\bdada(?:nya)?\s+(?:\w+\s+){{0,3}}?(?:cekung|{_any('tertarik|ketarik|masuk|mlebu')}\s+ke\s?dalam|kembang\s?-?\s?kempis\s+cepat)\S*|\btarikan\s+dinding\s+dada\b",
    _row(_any("can'?t|cannot|hardly|barely|unable to|isn'?t|not|stopped"), _any("breathe|breathing")),
    _row(_any("short(?:ness)? of breath"), _any("badly|severe|getting worse")),
    rf"\b{_BREATH}\s+(?:\w+\s+){{0,3}}?(?:3[1-9]|[4-9]\d)\s*(?:x|kali)\b(?=\s*(?:/|se|per|dalam|satu)?\s*(?:menit|semenit))",
    _both(
        _any("bengkak|bengkaknya|sembab|bentol|bentol-bentol|biduran"),
        rf"(?:{_TIGHT}|(?:leher|tenggorokan)\w*\s+(?:\w+\s+)?(?:kecekik|tercekik|menyempit|nutup|menutup))",
    ),
    _both(_any("lidah bengkak|lidahnya bengkak|lidah tebal"), _any("leher|kecekik|tercekik|sesak|sesek|suara\\w*"), 40),
    rf"\b{_BREATH}\s+(?:\w+\s+){{0,2}}?(?:kempis-?\s?kempis|putus-?\s?putus|mencicit|ngik-?\s?ngik)\b|\b(?:ngomong|bicara)\w*\s+(?:aja\s+|pun\s+|saja\s+)?(?:putus-?\s?putus|terputus\S*)",
    _row(PERSON, _any("tersedak|keselek|kesedak|kelolodan|keloloden|choking"), within=3),
]

# -- chest

_CHEST = r"(?:dada|dafa|dhadha|dodo|dodho|chest|jantung)(?:nya|ku|ne|e)?"
_PAIN = _any(
    "nyeri|nyri|sakit|skt|sakt|sakik|skit|lara|loro|ngerang|perih|pain|hurts?|tertekan|ditekan|ditindih|tertindih|ketindih|diremas|dicengkeram|diperas|panas"
)
_PRESSED = _any(
    "ditindih|tertindih|ketindih|ditindihin|diremas|diremes|dicengkeram|dicengkrem|diperas|ditekan|tertekan|diteken|diinjak|ditimpa|ditusuk|ditusuk-tusuk|disayat|dibelah|terbakar|tertusuk"
)
_SPREADS = _any(
    "menjalar|njalar|nembus|tembus|tembusan|rahang|lengan|punggung|geger|pundak|keringat|kringat|kringet|keringetan|kesang|sweating|keringat dingin"
)
_CHESTS: list[str] = [
    rf"\b{_TIGHT}\b.{{0,40}}\b{_PAIN}\s+(?:di\s+)?{_CHEST}\b|\b{_PAIN}\s+(?:di\s+)?{_CHEST}\b.{{0,40}}\b{_TIGHT}\b",
    rf"\b{_CHEST}\s+(?:\w+\s+){{0,3}}?(?:sangat|sngt|amat|luar\s+biasa|banget|bgt)\s+{_PAIN}\b",
    rf"\b(?:nyeri|sakit|skt|sakt|skit|lara|perih)\s+(?:di\s+)?(?:\w+\s+)?{_CHEST}\s+(?:\w+\s+){{0,3}}?{_MUCH}\b",
    rf"\b{_CHEST}\s+(?:\w+\s+){{0,2}}?{_PAIN}\s+(?:\w+\s+){{0,2}}?{_MUCH}\b",
    _row(_CHEST, _PRESSED, within=4),
    rf"\b{_PAIN}\s+(?:di\s+)?{_CHEST}\b.{{0,40}}?\b(?:{_PRESSED}|{_SPREADS})\b",
    rf"\b{_CHEST}\b.{{0,30}}?\b{_PAIN}\b.{{0,50}}?\b(?:{_SPREADS}|{_TIGHT})\b",
    rf"\b(?:pegang|megang|pegangi|megangi|nyekel|nyekeli|memegang|memegangi)\s+{_CHEST}\b.{{0,40}}?\b(?:{_PAIN}|{_PRESSED})\b",
    rf"\b(?:{_PAIN}\s+(?:di\s+)?{_CHEST}|{_CHEST}\s+(?:\w+\s+){{0,2}}?{_PAIN})\s+(?:\w+\s+){{0,2}}?(?:{NO}\s+(?:hilang|ilang|reda|kunjung|berhenti)\S*|dari\s+tadi|dr\s+td)",
    r"\bserangan\s+jantung\b|\bheart attack\b|\b(?:severe|crushing|bad|terrible) chest pain\b|\bchest (?:pain|hurts) (?:is |really )?(?:so )?(?:bad|much|severe)\b",
    r"\bhenti\s+jantung\b|\bjantung(?:nya)?\s+(?:sudah\s+)?berhenti\b|\bnadi(?:nya)?\s+(?:\w+\s+){0,2}?(?:tidak|ga|gak|ora)\s+(?:\w+\s+)?(?:teraba|terasa|kerasa|ada)\b",
]

# -- confusion, unconscious

_SPEAKS = _any(
    "bicara|bicaranya|berbicara|ngomong|ngomongnya|ngomonge|omongan|omongannya|omonge|ngendikanipun|ngendika|nyarios|carios|ucapan|ucapannya|diajak ngomong|diajak bicara|ditanya"
)
_RAMBLES = _any("meracau|ngeracau|ngomyang|nyerocos aneh|delirium|delirious|halusinasi|berhalusinasi")
_WANDERS = _any(
    "linglung|ngelantur|nglantur|ngelindur|nglindur|mengigau|ngigau|ngigo|bingung|kebingungan|pikun|lupa ingatan|confused|disoriented"
)
# "Bingung obat apa yang boleh diminum kalau demam": who writes does not know what to do, and nobody's mind wanders.
_UNSURE_WHAT = r"(?!\s+(?:\w+\s+)?(?:apa|obat|cara|gimana|gmn|bagaimana|piye|pripun|boleh|pilih|milih|minum)\b)"
_KNOWS = _any("kenal|ngenal|ngenali|mengenali|mengenal|wawuh|wawuheun|ngenalin|ingat|inget|recognize")
_KIN = _any(
    r"\w+nya sendiri|\w+e dewe|anak\w*|orang|keluarga\w*|kita|kami|siapa\S*|sapa\S*|cucu\w*|incu|istri\w*|suami\w*|dirinya\w*|kula|putr\w+"
)
_CONFUSIONS: list[str] = [
    _row(PERSON, _RAMBLES, within=4),
    _row(PERSON, _any("linglung|confused|disoriented"), within=3),
    rf"\b{_SUDDEN}\s+(?:\w+\s+){{0,2}}?{_WANDERS}\b(?!\s+(?:cara|mau|isi|pilih|sama|dengan|harus|kenapa|kok|apa|ini|gimana|bagaimana|daftar|milih|jadwal))",
    _row(_WANDERS, _SUDDEN, within=1),
    rf"\b{PERSON}\s+(?:[\w-]+\s+){{0,4}}?{_WANDERS}\s+(?:terus|trus|trs|mulu|wae|ae|dari\s+tadi|dr\s+t|gak\s+jelas)",
    _row(
        _WANDERS,
        rf"(?:lagi\s+)?{NO}",
        _any("tahu|tau|ngerti|weruh|nyaho|kenal|mengenali|nyambung|menyambung"),
        within=2,
    )
    + r"(?=\s+(?:\w+\s+){0,2}?(?:di\s?mana|dmn|siapa|sopo|hari|orang|kita|anak|saya))",
    rf"\b{PERSON}\b.{{0,60}}?\b{NO}\s+(?:lagi\s+|mau\s+|bisa\s+)?{_KNOWS}\s+(?:\w+\s+)?{_KIN}\b",
    _both(_any("demam|demamnya|panas|panasnya|fever"), rf"(?:{_RAMBLES}|{_WANDERS}{_UNSURE_WHAT})"),
    rf"\b{PERSON}\b.{{0,60}}?\b{_SPEAKS}\s+(?:\w+\s+){{0,2}}?(?:kacau|ngaco|ngawur|ngelantur|nglantur|kemana-?\s?mana|{NO}\s+(?:menyambung|nyambung))\b",
    rf"\b{PERSON}\b.{{0,40}}?\b{_WANDERS}\b.{{0,30}}?\b{NO}\s+(?:menyambung|nyambung)\b",
    r"\b(?:linglung|meracau|ngelantur|bingung\s+mendadak)\b(?=.*\b(?:sesak|demam|panas|sakit|oksigen|saturasi)\b)",
    r"\bsuddenly\s+(?:very\s+)?confused\b|\bdoesn'?t\s+(?:know\s+where|recogni[sz]e)\b",
]

_AWAKE = r"(?:sadar(?:kan\s+diri)?|eling(?:\S*)|siuman|inget\s+(?:teken\s+)?raga)"
_WAKE = _any(
    "bangun|bngun|bgn|tangi|bangun-bangun|sadar|siuman|respon|merespon|merespons|respons|nyahut|menyahut|nyaut|wungu|hudang|gerak|bergerak"
)
_CALLED = r"(?:dibangunin|dibangunkan|dipanggil|dipanggil2|digoyang|ditepuk|dicubit|diundang|digugah|dipun gugah|digeroan|diceluk)"
_UNCONSCIOUS: list[str] = [
    rf"\b{PERSON}(?:\s+[\w-]+){{0,4}}?\s+{NO}\s*{_AWAKE}(?:\s+sadar)?\b(?!\s+(?:kalau|kalo|klo|kl|bahwa|sudah|udah|udh|ternyata|akan|sama|dengan|jadwal|pentingnya|lek|nek|yen|wis))",
    rf"\b{NO}\s*sadar(?:kan|keun)?\s*diri\b|\b(?:hilang|kehilangan)\s+kesadaran\b|\bkesadaran(?:nya)?\s+(?:\w+\s+)?(?:menurun|turun|hilang)\b",
    rf"^\W*(?:tolong\W+|tlg\W+|help\W+)?{NO}\s*sadar\W*(?:$|dari|sejak|sdh|sudah\s+\d)",
    r"\b(?:pingsan|pinsan|pngsan|semaput|klenger|kapiuhan|unconscious|unresponsive|passed out|faint(?:ed)?(?!\s+line)|koma(?!\s+(?:titik|nama|enter|spasi|tanda|koma|\d))|collapse[sd]?)\b",
    rf"\b{_CALLED}\S*\s+(?:\w+\s+){{0,3}}?{NO}\s*(?:mau\s+|bisa\s+|ada\s+)?{_WAKE}\b",
    rf"\b{PERSON}(?:\s+[\w-]+){{0,3}}?\s+{NO}\s*(?:bisa\s+|mau\s+|ada\s+)?(?:dibangunkan|dibangunin|bangun-?\s?bangun|bangun2|merespons?|respons?)\b",
    rf"\b{NO}\s*bisa\s+(?:dibangunkan|dibangunin)\b|\b(?:not responding|won'?t wake|not waking|hard to wake)\b",
    rf"\b(?:jatuh|jatoh|ambruk|tumbang|rubuh|kesetrum|kesetrom|tenggelam)\b.{{0,40}}?\b{NO}\s+(?:sadar|bangun|gerak|bergerak|nyaut|menyahut|respon)\b",
    _row(_any("susah|sulit|angel|hese"), _any("dibangunkan|dibangunin|digugah|dihudangkeun")),
    rf"\b{PERSON}\s+(?:[\w-]+\s+){{0,4}}?{_any('ambruk|tumbang|nggeblak|rubuh|rebah|tergeletak|terkapar')}\b",
]

# -- blue

_LIPS = r"(?:(?:bibir|lambe|biwir|bibih|lathi|mulut|cangkem|muluik|lidah|muka|wajah|rai|kuku|ujung\s+jari|jari\s+jari|jari|kulit|lips?|face|nails?|skin)(?:nya|ny|na|ne|e|ku|nipun|ipun)?)"
_BLUE = r"(?:(?:mem|ke)?(?:biru|bir?u-?biru|biru2|blue|bluish|ungu|bulao|pelung|keunguan|kebiruan|membiru|biruuu*)(?:a?n+)?)"
_BLUES: list[str] = [
    _row(_LIPS, _BLUE, within=3),
    r"\b(?:blue|bluish)\s+(?:lips|face)\b",
    rf"\b(?:tangan|kaki|badan)\w*\s+(?:\w+\s+){{0,2}}?dingin\s+(?:\w+\s+){{0,2}}?{_BLUE}\b",
    rf"\b{_any('turn(?:ed|ing)?|went|going|gone')}\s+blue\b",
]

_BLUE_BABIES: list[str] = [
    rf"\b(?:bayi|anak|dedek|orok|baby|panak)\w*\s+(?:(?:saya|sy|aku|kami|jadi|mulai|sudah|udah|kok|badannya|mendadak|tiba-tiba|abdi|tiange|turned|is|turning|went)\s+){{0,3}}{_BLUE}\b(?!\s+(?:muda|tua|dongker|laut|langit))",
]
_BRUISED = r"\b(?:\w*untik\w*|memar|lebam|jatuh|baju|topi|kaos|celana)\b"

# -- fit

_FITS: list[str] = [
    r"\b(?:kejang\w*|kjang|kejng|kejet|kelojotan|klojotan|setep|stepan\s+panas|(?<!next )(?<!first )(?<!last )(?<!each )(?<!a )step(?!\s*(?:by|\d|pertama|kedua|selanjutnya|berikut))|stuip|setip|stip|seizures?|convuls\w+|having\s+(?:a\s+)?fits?)\b",
    _both(
        _any("ayan|ayannya|ayan-nya|epilepsi|epilepsinya|sawan|sawannya"),
        _any("kambuh|kumat|kaku|sekarang|skrg|terus"),
        25,
    ),
    rf"\b(?:mata|matanya|mripat|mripate|panon)\b.{{0,30}}?\b{_any('mendelik|ndelik|melotot keatas|melotot ke atas|terbalik|putih semua|ke atas|keatas|molotot')}\b.{{0,40}}?\b(?:kaku|busa|berbusa|putih|badan\w*)\b",
    rf"\b(?:anak|bayi|adik|adek|arek|budak|balita)\w*\b.{{0,40}}?\bmata\w*\s+(?:\w+\s+)?{_any('mendelik|ndelik|terbalik|melotot ke atas')}\b",
    rf"\b{_any('mulut|mulutnya|cangkeme|bibihne|sungutna|mouth')}\s+(?:\w+\s+){{0,2}}?(?:berbusa|busa|buih|umplukan|didih|foaming)\b|\bfoaming\s+at\b",
    rf"\b{PERSON}\b.{{0,30}}?\bbadan\w*\s+kaku\b.{{0,30}}?\b(?:mata|mulut|busa|panas|demam)",
]

# -- oxygen (numbers: siaga.text.oxygen)

_OXYGENS: list[str] = [
    r"\b(?:saturasi|oksigen|spo2)(?:nya|ne)?\s+(?:\w+\s+){0,3}?(?:di\s?bawah|kurang\s+dari)\s+(?:90|[5-8]\d)\b(?!\s*%?\s*(?:persen\s+)?(?:itu|tu|bahaya|normal|apa|berarti|artinya))",
    _row(_any("saturasi|saturasinya|oksigennya|spo2"), _any("drop|anjlok|ngedrop|merosot"), within=2),
]

# -- bleeding

_BLOOD = _any("darah|darahnya|drah|darahe|darahnyo|getih|getihe|getihna|getihne|rah|rahipun|rah-ipun|blood")
_GUSH = _any(
    "muncrat|nyemprot|ngucur|mengucur|mancur|memancar|ngocor|mancer|deras|banjir|mili|mengalir deras|muncar|nyembur|menyembur"
)
_BLEEDINGS: list[str] = [
    rf"\b(?:batuk|berak|bab)\s+darah\s+(?:\w+\s+)?(?:{_MUCH}|banyak|byk|bnyk|segar|seger|terus)\b",
    _row(_any("muntah|mutah|muntahnya|utah"), _BLOOD),
    _row(_any("batuk|batuknya"), _any("keluar|ngeluarin|ada"), _BLOOD, within=1),
    _row(_BLOOD, _any("dari"), _any("telinga|kuping")),
    rf"\b(?:perdarahan|pendarahan)\s+(?:\w+\s+)?(?:{_MUCH}|banyak|byk|{NO}\s*berhenti)\b",
    _row(
        _any("perdarahan|pendarahan"),
        _any("di|dari|pada"),
        _any("luka|kepala|hidung|jalan lahir|kemaluan|mulut|telinga"),
        within=1,
    ),
    rf"\b{_BLOOD}\s+(?:[\w-]+\s+){{0,5}}?{_NO_STOP}",
    rf"\b{_BLOOD}\s+(?:\w+\s+)?(?:keluar|metu|kalua|kaluar|pesu|medal|ngalir|mengalir|ngocor|muncrat)\s+(?:[\w-]+\s+)?(?:terus|trs|taruih|wae|deras|banyak|byk|akeh|banget)\b",
    rf"\b(?:keluar|ngeluarin|metu|kaluar|medal)\s+{_BLOOD}\s+(?:terus|deras|banyak|byk|akeh)\b",
    _row(_BLOOD, _GUSH, within=3),
    _both(
        _any("luka|lukanya|kepala|kepalanya|kecelakaan|jatuh|ketabrak|kena|robek|sobek|bocor|kebacok|ketusuk"),
        rf"{_BLOOD}\s+(?:\w+\s+)?(?:banyak|akeh|seueur|banyak\s+sekali)",
    ),
    _row(_any("jari|jarinya|jempol|jempolnya|tangan|tangannya|kaki|kakinya|lengan"), "putus", within=3),
    _row(
        _any("buang air besar|bab|berak|feses|tinja|tai"),
        _any("berdarah|darah"),
        _any("hitam|banyak|lemas|lemes|terus"),
        within=3,
    ),
    _both(_any("mimisan|mimisannya|hidung berdarah"), rf"(?:{_NO_STOP}|banyak\s+sekali|terus\s+menerus)"),
    _both(_any("gusi berdarah|mimisan|bintik merah"), _any("dbd|db|demam berdarah|demam tinggi"), 40),
    r"\b(?:vomit\w*|throwing up|cough\w*(?:\s+up)?)\s+(?:up\s+)?blood\b|\bbleed\w*\s+(?:\w+\s+)?(?:a\s+lot|heavily|badly|won'?t|non\s?stop|so\s+much)\b|\bheavy\s+bleeding\b",
]

# -- stroke

_FACE = r"(?:(?:mulut|muka|wajah|bibir|pipi|sungut|muluik|bibih|cangkem|cocot|lambe|rai|senyum|face|mouth)(?:nya|nye|nyo|ny|na|ne|e|ku|ipun|nipun)?)"
_DROOP = _any(
    "mencong|menceng|pencong|perot|perod|merot|mencos|miring|pengkor|mereng|menyon|mencong sebelah|turun sebelah|jatuh sebelah|melorot|pelo|droop\\w*"
)
_LIMB = r"(?:(?:tangan|tgn|kaki|lengan|leungeun|suku|sikil|lima|asta|tungkai|anggota\s+badan|arm|leg|hand)(?:nya|nye|ny|na|ne|nne|e|ku|ipun|nipun)?)"
_SIDE = _any("kiri|kanan|sebelah|separo|separuh|kiwa|kiwo|tengen|katuhu|kenca|suok|kida|kedua|left|right|side")
_STILL = rf"(?:{NO}\s*(?:bisa|bs|iso|saged|tiasa|kuat|mampu|dapat)\s+(?:di)?(?:gerak\S*|angkat\S*|obah\S*|ngangkat|mengangkat|bergerak|gerakin|usik\S*)|lumpuh|lemah|mati\s+rasa|weak|numb)"
_HALF = _any("sebelah|sabeulah|separuh|separo|setengah|saparo")
_ONCE = _any(
    r"stroke\s+(?:ringan\s+)?(?:tahun|thn|th|\d+)|(?:pasca|paska|riwayat|post|habis|bekas|penderita|pasien|penyintas|eks)\s?-?stroke"
)
_STROKES: list[str] = [
    _row(_FACE, _DROOP, within=3),
    rf"\b{_SPEAKS}\s+(?:\w+\s+){{0,2}}?(?:pelo|cadel\s+(?:mendadak|tidak\s+jelas|ga\s+jelas|gak\s+jelas)|tidak\s+jelas\s+mendadak)\b|\bslurr\w+\s+speech\b|\bspeech\s+(?:is\s+)?slurr\w+\b",
    _row(_any("lumpuh"), _SUDDEN),
    _both(_any("lumpuh|kelu|mati rasa|lemah"), rf"{_HALF}\b.{{0,40}}?\b{_SUDDEN}", 20),
    _both(
        rf"(?:lumpuh|lemah|lemas|lemes|mati)\s+(?:\w+\s+)?{_HALF}|{_HALF}\s+(?:badan\w*|awak\w*|tubuh\w*)\s+(?:\w+\s+)?(?:lumpuh|lemas|lemes|mati|kebas)",
        _SUDDEN,
        40,
    ),
    rf"\b{_SUDDEN}\b.{{0,40}}?\b{NO}\s+(?:bisa|iso|saged|tiasa)\s+(?:bicara|berbicara|ngomong|ngendika|nyarios)\b|\bjalan(?:nya)?\s+(?:\w+\s+)?nyeret\s+sebelah\b",
    rf"\b{_any('stroke|strok|stoke|setruk')}\b\s*(?:{_SUDDEN}|{_NOW})\b|\b(?:serangan|kena\s+serangan|kayaknya|kyknya|sepertinya|kayake|mendadak|tiba-?\s?tiba)\s+(?:kena\s+)?(?:stroke|strok|stoke|setruk)\b",
    r"\bface\s+(?:is\s+)?droop\w*|\bdroop\w*\s+face\b",
]
_LIMBS: list[str] = [
    _row(rf"{_LIMB}\s+(?:dan\s+\w+\s+)?(?:\w+\s+)?{_SIDE}", _STILL, within=3),
    _row(_any("kiri|kanan|left|right"), _LIMB, _STILL, within=3),
    _row(PERSON, _SIDE, _STILL, within=2),
]
# After a jab or a sprain an arm may be hard to lift.
_SORE = r"\b(?:suntik\w*|vaksin\w*|vaccin\w*|booster|pegal|pegel|ngilu|terkilir|keseleo|patah|kesemutan)\b"

# -- poison

_DRINKS = _any(
    "minum|minom|minumnya|meminum|diminum|nginum|kainum|ngombe|ngunjuk|nenggak|menenggak|nelan|nelen|menelan|ketelan|ketelen|tertelan|keminum|terminum|kemakan|termakan|makan|ngemut|drank|drinks|drink|swallowed|swallow|ate"
)
_TOXIC = _any(
    r"racun|baygon|detergen|deterjen|rinso|pemutih|pestisida|insektisida|herbisida|obat nyamuk|obat tikus|obat serangga|obat hama|obat rumput|minyak tanah|bensin|solar|spiritus|spirtus"
    r"|cairan pembersih|pembersih|karbol|wipol|porstex|vixal|bayclin|sabun cuci|sabun|soda api|air aki|air keras|thinner|tiner|oli|kapur barus|kamper|potas|portas|sianida|roundup|gramoxone"
    r"|baterai|batre|batere|koin|magnet|jarum|peniti|paku|bleach|detergent|kerosene|poison|pesticide|cleaner|batter(?:y|ies)"
)
_POISONS: list[str] = [
    _row(_DRINKS, _TOXIC, within=2),
    r"\b(?:keracun\w*|overdosis|over\s?dosis|overdose[ds]?|poisoned|kebanyakan\s+(?:minum\s+)?obat)\b",
    _row(
        _DRINKS,
        _any("obat|pil|tablet|pills"),
        _any(r"sekaligus|sebotol|satu botol|segenggam|banyak sekali|semuanya|[1-9]\d (?:butir|biji|tablet|pil)"),
        within=4,
    ),
    _row(
        _any("nenggak|menenggak|nelan|nelen|menelan|swallowed|took"),
        _any(r"(?:[1-9]\d|puluhan|banyak|a whole bottle|a lot) (?:butir|pil|tablet|obat|of pills|pills|of \w+ pills)"),
        within=3,
    ),
    _row(
        _any("digigit|dipatuk|dipathok|dicatok|dicokot|kacaplok|dipacok|digigik|bitten by(?: a)?"),
        _any("ular|oray|ulo|ula|kobra|snake|ula"),
        within=1,
    ),
]
_POISON_UNLESS = r"\bracun(?:nya)?\s+(?:tiktok|skincare|shopee|belanja)\b"

# -- suicide

_LIVE = _any("hidup|idup|iduik|urip|hirup|gesang|odhi'")
_DIE = _any("mati|meninggal|mampus|modar|wafat|matek|paeh|maot|pejah|seda|mate|mokad")
_WISH = _any(
    "mau|mo|pengen|pgn|pingin|pengin|ingin|kepengen|kepingin|hayang|hoyong|nio|nak|dot|mending|mendingan|lebih baik|better|pilih|enakan|arep|kepengin|pasrah|siap|terro"
)
_SUICIDES: list[str] = [
    r"\b(?:bunuh\s+diri|bunh\s+diri|bundir|bunuhdiri|nglalu|gantung\s+diri|gantung\s+leher|(?:mengakhiri|akhiri|mengakhirkan|ngakhiri|habisi|mengakhirinya)\s+(?:\w+\s+)?(?:hidup|nyawa|semuanya)\w*)\b",
    r"\b(?:suicide|suicidal|kill(?:ing)?\s+(?:my|him|her)self|end(?:ing)?\s+(?:my|his|her)\s+life|end\s+it\s+all|self\s?harm|don'?t\s+want\s+to\s+(?:live|be\s+alive)|wan(?:na|t\s+to)\s+die|better\s+off\s+dead|no\s+reason\s+to\s+live)\b",
    rf"\b{_WISH}\s+(?:aku\s+|saya\s+|sy\s+|gue\s+|gw\s+|abdi\s+|den\s+)?{_DIE}\b(?!\s*(?:listrik|lampu|air|kutu|lemas|rasa|gaya|ketawa|gara|matian))",
    rf"\b{NO}\s*(?:mau|ingin|pengen|pgn|pengin|sanggup|kuat|tahan|gelem|kepengen|hoyong|hayang|namuah|nio|nyak|ada\s+gunanya|punya\s+alasan)\s+(?:lagi\s+|untuk\s+|buat\s+|terus\s+)*{_LIVE}\b(?!\s+(?:susah|sendiri|boros|di\s))",
    r"\b(?:ingin|mau|pengen|pgn|pengin|siap|arep|hoyong)\s+(?:ikut\s+)?(?:menyusul|nyusul|susul)\s+(?:beliau|almarhum\w*|alm|suami|istri|ibu|bapak|mama|papa|dia|anak|mendiang)\w*(?!\s+(?:ke|di|vaksin|daftar|divaksin))",
    r"\b(?:meninggal|almarhum\w*|alm|wafat|tiada)\b.*\b(?:lebih\s+baik|mending\w*|ingin|mau|pengen|pgn|pikir)\s+(?:\w+\s+)?(?:menyusul|nyusul|susul|ikut)\s+(?:bapak|ibu|suami|istri|anak|dia|beliau|mama|papa|almarhum\w*|alm)\w*(?!\s+(?:ke|di|vaksin|daftar|divaksin))",
    r"\b(?:siapin|menyiapkan|nyiapin|udah\s+beli|sudah\s+beli|siap\s+minum)\s+racun\b(?!\s+tikus)",
    r"\b(?:nyayat|menyayat|sayat|silet|nyilet|menyilet|iris|mengiris|ngiris|melukai|lukai|nyakitin|menyakiti)\s+(?:\w+\s+)?(?:diri(?:nya)?\s+(?:sendiri|saya|sy|ku)|tangan(?:nya)?\s+(?:sendiri|saya|sy|ku)|nadi|pergelangan|badan(?:nya)?\s+sendiri)\w*",
    r"\b(?:mau|pengen|pgn|ingin|akan|arep|siap)\s+(?:lompat|loncat|terjun)\s+(?:dari|ke|saka)\s+(?:jembatan|gedung|lantai|atap|apartemen|sungai|rel|tower)\b",
    r"\bhidup(?:ku|\s+saya|\s+ini|\s+gue|\s+aku)?\s+(?:\w+\s+)?(?:tidak|ga|gak|nggak)\s+(?:ada\s+)?(?:gunanya|artinya|berarti|berguna)\b",
]

# -- violence

# Somebody whom it concerns, or a cry for help, beside a word of violence.
_HERE = (
    r"saya|sy|aku|ak|gue|gw|gua|aye|kulo|kula|abdi|den|tiang|ibu|ibuku|ibuk|anak|anakku|anaknya|istri|istrinya|adik|adek|mama|tetangga|bayi|nenek|kakak|perempuan|"
    r"tolong|tlg|tulung|help|sekarang|skrg|saiki|lagi|suami|suaminya|suamiku|salaki|bapak|ayah|bojo|bojoku|bojone|pacar|paman|majikan|mertua|orang|mantan"
)
_STRIKE = r"(?:pukul|gebuk|hajar|tendang|tonjok|tampar|cekik|bacok|tusuk|sekap|siksa|aniaya|banting|perkosa|lecehkan|cabul|keroyok|bakar|injak|jambak|culik|gebug|antemi?|kaplok|jotos|bunuh|pateni|bekap|tempiling)"
_STRUCK = rf"di\s?{_STRIKE}(?:i|in|an|kan|keun|e)?\b(?!\s+(?:rata|sepi|harga))"
_STRIKES = _any(
    "memukul|memukuli|mukul|mukuli|mukulin|menggebuki|gebukin|nggebuki|menghajar|ngehajar|nendang|nendangi|nendangin|menendang|nampar|namparin|menampar|mencekik|nyekik|menyiksa|nyiksa"
    "|membacok|mbacok|menusuk|nusuk|menganiaya|memperkosa|merkosa|mencabuli|menyekap|nyekap|ngantemi|ngeplaki|ngegebukan|beating|beats|hitting|hits|raped"
)
_VICTIM = _any(
    "saya|sy|aku|gue|gua|gw|aye|abdi|kula|ibu|ibuku|anak|anakku|anaknya|istri|istrinya|istri|adik|adek|mama|bayi|nenek|kakak|kami|bojone|bojoku|orang|me|her|him|my \\w+"
)
_WEAPON = _any("pisau|celurit|clurit|golok|parang|pistol|senjata|senjata tajam|arit|keris|knife|gun")
_VIOLENCES: list[str] = [
    rf"\b(?:{_HERE})\b.*\b{_STRUCK}|\b{_STRUCK}(?=.*\b(?:{_HERE})\b)",
    _row(_STRIKES, _VICTIM, within=1),
    r"\b(?:kdrt|pemerkosaan|diperkosa|mau\s+diperkosa|dicabuli|penganiayaan|penyekapan|disekap|dianiaya)\b",
    rf"\b(?:diancam|ngancam|mengancam|ngancem|threaten\w*)\s+(?:[\w-]+\s+){{0,3}}?(?:dibunuh|bunuh|dipateni|{_WEAPON}|kill)\b",
    rf"\b(?:bawa|nggowo|mbawa|acungkan|ngacungin|has|with)\s+(?:a\s+)?{_WEAPON}\b.{{0,40}}?\b(?:ngancam|mengancam|ngamuk|ngejar|mengejar|kill|threat\w*)",
    r"\b(?:mau|akan|arep)\s+(?:membunuh|bunuh|mbunuh|dibunuh|mateni)(?!\s*(?:diri|bosan|sepi|waktu|nyamuk|kucing|tikus))\s*(?:saya|sy|aku|ibu|anak|kami|istri)?\b",
]
# "hp dibanting", "jarum ditusukkan", "badan kayak habis digebukin"
_NOT_STRUCK = r"\b(?:hp|hape|pintu|piring|gelas|barang|harga)\w*\s+dibanting\b|\bjarum\w*\s+ditusuk\w*|\b(?:kek|kayak|kaya|kyk|seperti|serasa|koyo)\s+(?:habis\s+|abis\s+|bar\s+)?di(?:gebuk|pukul|keroyok|hajar|gebug)"

# -- children

_NURSE = _any(
    "nyusu|menyusu|menyusui|nenen|nen|netek|mimi|mimik|mimi susu|asi|nyonyo|nyusui|feed|feeding|nurse|nursing|breastfeed"
)
_DRINK = _any("minum|nginum|ngombe|ngunjuk|minum susu|minum asi|drink|drinking")
_ILL = _any(
    "lemas|lemes|leuleus|lamah|lemah|lunglai|sama sekali|sm skali|pipis|kencing|muntah|mutah|diare|mencret|demam|panas|tidur terus|sleepy|seharian|dari pagi|dari kemarin|sejak|rewel terus"
)
_LIMP = _any("lunglai|terkulai|limp|floppy|lethargic|leuleus|lemas|lemes|lamah|lemah|letoy")
_CHILDREN: list[str] = [
    _row(_INFANT, _WILL_NOT, _NURSE, within=5),
    _both(rf"{_CHILD}\s+(?:[\w-]+\s+){{0,6}}?{_WILL_NOT}\s+(?:\w+\s+)?(?:{_DRINK}|{_NURSE})", _ILL),
    _row(_CHILD, _any("lunglai|terkulai|limp|floppy|lethargic"), within=4),
    _both(
        rf"{_CHILD}\s+(?:[\w-]+\s+){{0,8}}?(?:muntah|mutah|diare|mencret|mising|murus|demam|panas)",
        rf"{_LIMP}\s+(?:\w+\s+)?(?:{_MUCH}|{_WILL_NOT})",
    ),
    _row(_INFANT, _LIMP, _MUCH, within=5),
    r"\b(?:mata|matanya|matane|panon|ubun\s?-?\s?ubun|ubun|ubunnya|ubun-ubunnya)(?:\s+(?:anak|bayi|saya|sy|ku|nya))*\s+(?:\w+\s+)?cekung\b|\bsunken\s+(?:eyes|fontanel\w*)\b",
    rf"\b{_CHILD}\b.{{0,60}}?\b(?:nangis|menangis)\s+{NO}\s+(?:ada\s+|keluar\s+)?(?:air\s?mata)\b",
    rf"\b{_CHILD}\b.{{0,60}}?\b{NO}\s+(?:\w+\s+)?(?:pipis|kencing|bak|ngompol)\s+(?:\w+\s+)?(?:dari|dr|sejak|seharian|\d+\s+jam)\b|\bno\s+wet\s+(?:diapers?|nappies)\b",
    rf"\b{_CHILD}\b.{{0,40}}?\b(?:muntah\s+(?:terus\s+)?semua|(?:muntah|mutah)\b.{{0,30}}?\bsemua\b.{{0,25}}?\b(?:keluar|dimuntahkan|dimuntahin))\b|\b(?:dimuntahin|dimuntahkan|memuntahkan)\s+(?:semua|terus)\b|\bvomit\w*\s+everything\b",
    r"\b(?:dada|dadane|dadanya|dhadhane)\s+(?:[\w-]+\s+){0,4}?(?:cekung|tertarik|ketarik|mlebu|masuk\s+ke\s?dalam|retraksi)\b",
    rf"\b{_CHILD}\b.{{0,40}}?\b{_BREATH}\s+(?:\w+\s+)?(?:cepat|cepet)\s+(?:{_MUCH})\b",
]
# WHO: fever in the first two months is a danger sign by itself; after an immunization it is expected.
_YOUNG: list[str] = [
    _row(
        _INFANT,
        _any(
            r"(?:\d|1\d|satu|dua|tiga|empat|lima|enam|seminggu|sebulan) ?(?:hari|hr|minggu|mgg)|(?:1|2|satu|dua) ?(?:bulan|bln)|sebulan|seminggu|baru lahir"
        ),
        _any("demam|panas"),
        within=4,
    ),
]
_AFTER_JAB = r"\b(?:imunisasi|suntik\w*|vaksin\w*|bcg|dpt|posyandu)\b"
_PICKY = r"\b(?:minum\s+(?:obat|vitamin|jamu|paracetamol|sirup|air\s+putih)|sufor)\b"

# -- pregnancy

_WITH_CHILD = _any(
    "hamil|hamill|hml|bumil|mengandung|kehamilan|kandungan|meteng|metengi|mbobot|ngandhut|nggarbini|reuneuh|kakandungan|bunting|manganduang|pregnant|pregnancy|janin|melahirkan|nglairno"
    "|nglairake|lahiran|ngalahirkeun|bersalin|nifas|keguguran|miscarriage"
)
_BLEEDS = (
    r"(?:perdarahan|pendarahan|pndarahan|getihan|berdarah|bleeding|haemorrhage"
    r"|(?:keluar|kluar|metu|kaluar|medal|ada|kalua|ngeluarin|mengeluarkan|pesu)\s+(?:\w+\s+)?(?:darah|darahnya|getih|rah)(?:\s+(?:banyak|byk|segar|seger|terus|akeh|seueur|kathah|menggumpal))?"
    r"|(?:darah|getih|rah)(?:nya|ne|na)?\s+(?:\w+\s+)?(?:banyak|byk|segar|seger|akeh|terus|deras|seueur|kathah|menggumpal))"
)
_WATERS = _any("ketuban|ketubn|ketubannya|ketubanya|kakawah|kawah|water broke|waters broke")
_BABY_WITHIN = _any(
    "janin|janinnya|bayi|bayinya|baby|babynya|debay|debaynya|jabang bayi|gerakan|gerakannya|gerak|dedek|orok"
)
_STILL_BABY = rf"(?:{NO}|belum|blm|berkurang|hilang|berhenti|stopped|not|isn'?t|kurang)"
_MOVES = _any(
    "gerak|bergerak|gerakan|gerakannya|obah|nendang|menendang|tendangan|usik|gerakane|kerasa|terasa|moving|move"
)
_DIM = _any("kabur|buram|burem|gelap|kunang\\S*|rabun|blurry|blurred|berbayang")
_PREGNANCIES: list[str] = [
    _both(_WITH_CHILD, _BLEEDS, 80),
    _row(_WATERS, _any("pecah|pcah|rembes|merembes|bocor|peupeus|ngrembes|ijo|hijau|keruh|berdarah|campur darah"), within=2),
    r"\bwaters?\s+(?:just\s+)?(?:broke|broken)\b",
    _row(_any("janin|janinnya|bayi|bayinya|baby|debay|debaynya|jabang bayi"), _STILL_BABY, _MOVES, within=3),
    _row(_any("gerak|gerakan|gerakane|tendangan"), _any("janin|janinnya|bayi|bayinya|debay|si kecil|baby"), _any("berkurang|hilang|berhenti|tidak|ga|gak|nggak|ora|belum|kurang"), within=2),
    _both(_WITH_CHILD, rf"{NO}\s+(?:ada\s+|lagi\s+)?(?:kerasa|terasa|merasakan|ngerasain)?\s*(?:gerak|gerakan|tendangan|bergerak)", 80),
    rf"\b{_WITH_CHILD}\b.{{0,80}}?\b(?:kepala|ndas|endas|pusing|sakit\s+kepala)\b.{{0,40}}?\b(?:{_DIM}|bengkak)\b",
    _both(_WITH_CHILD, rf"(?:pandangan|pandangannya|penglihatan|penglihatannya|mata|matanya|vision)\s+(?:\w+\s+)?{_DIM}", 80),
    _both(_WITH_CHILD, r"(?:tensi|tekanan\s+darah|td)(?:nya)?\s+(?:\w+\s+){0,2}?(?:1[6-9]\d|2\d\d)", 60),
    r"\b(?:ari-?\s?ari|plasenta|tembuni)(?:nya)?\s+(?:\w+\s+)?(?:belum|tidak|ga|gak|ora|durung)\s+(?:\w+\s+)?(?:keluar|lahir|metu)\b|\btali\s+pusat\s+(?:\w+\s+)?keluar\b",
]  # fmt: skip


def _clues(sign: Sign, patterns: list[str], unless: str | None = None) -> list[Clue]:
    veto = re.compile(unless) if unless else None
    return [Clue(sign, re.compile(pattern), veto) for pattern in patterns]


CLUES: tuple[Clue, ...] = tuple(
    _clues("breath", _BREATHS)
    + _clues("chest", _CHESTS)
    + _clues("confusion", _CONFUSIONS)
    + _clues("unconscious", _UNCONSCIOUS)
    + _clues("blue", _BLUES)
    + _clues("blue", _BLUE_BABIES, _BRUISED)
    + _clues("fit", _FITS)
    + _clues("oxygen", _OXYGENS)
    + _clues("bleeding", _BLEEDINGS)
    + _clues("stroke", _STROKES, rf"\b{_ONCE}\b")
    + _clues("stroke", _LIMBS, _SORE)
    + _clues("poison", _POISONS, _POISON_UNLESS)
    + _clues("suicide", _SUICIDES)
    + _clues("violence", _VIOLENCES, _NOT_STRUCK)
    + _clues("child", _CHILDREN, _PICKY)
    + _clues("child", _YOUNG, _AFTER_JAB)
    + _clues("pregnancy", _PREGNANCIES)
)
"""Every clue, in the order of the signs."""
