"""Why messages did not arrive, in words: by the codes of the Graph API and of Twilio."""

from __future__ import annotations

from collections.abc import Mapping

from siaga.turns.failures import GIVEN_UP, UNTOLD
from siaga.turns.messages import Verdict
from siaga.whatsapp import errors
from siaga.whatsapp.twilio import errors as twilio_errors

_TWILIO = (range(20_000, 40_000), range(60_000, 70_000), range(92_000, 93_000))
"""Where Twilio's codes lie; Meta's lie elsewhere."""

_ONES: Mapping[str, str] = {
    GIVEN_UP: "Tidak sempat dikirim: waktunya lewat, batas 24 jam WhatsApp habis, atau warga memblokir nomor ini.",
    UNTOLD: "WhatsApp tidak menyebut sebabnya.",
    "130403": "Warga memblokir nomor ini.",
    "130472": "WhatsApp menahan pesan ini sebagai bagian dari percobaannya sendiri.",
    "131026": "Nomor tidak bisa menerima: tidak ada di WhatsApp, belum setuju ketentuannya, atau aplikasinya lama.",
    "131047": "Sudah lebih dari 24 jam sejak pesan terakhir warga, dan tidak ada pesan templat penggantinya.",
    "131049": "WhatsApp membatasi pesan massal untuk warga ini.",
    "131050": "Warga menghentikan pesan yang tidak diminta.",
    "131042": "Pembayaran akun WhatsApp bermasalah.",
    "132001": "Pesan templat belum disetujui atau tidak ada dalam bahasa ini.",
    "132015": "Pesan templat dijeda WhatsApp karena mutunya.",
    "132016": "Pesan templat dimatikan WhatsApp karena mutunya.",
    "63016": "Sudah lebih dari 24 jam sejak pesan terakhir warga, dan tidak ada pesan templat penggantinya.",
    "63003": "Nomor tidak ada di WhatsApp.",
    "21610": "Warga menulis STOP kepada Twilio.",
}
_BY_VERDICT: Mapping[Verdict, str] = {
    Verdict.RETRY: "Gangguan sementara; sudah dicoba lagi beberapa kali.",
    Verdict.RETRY_CONTACT: "Terlalu banyak pesan ke satu nomor dalam waktu singkat.",
    Verdict.RETRY_LATE: "WhatsApp membatasi pengiriman akun ini untuk sementara.",
    Verdict.RETRY_ONCE: "Gambar atau berkas tidak bisa diambil WhatsApp.",
    Verdict.PAUSE: "Akun atau izinnya bermasalah; pengelola sistem perlu memeriksa.",
    Verdict.WINDOW: "Sudah lebih dari 24 jam sejak pesan terakhir warga.",
    Verdict.BLOCKED: "Warga memblokir nomor ini.",
    Verdict.OPTED_OUT: "Warga menghentikan pesan yang tidak diminta.",
    Verdict.UNREACHABLE: "Nomor ini tidak bisa dikirimi lewat WhatsApp.",
    Verdict.DROP: "Isi pesan tidak diterima WhatsApp; pengelola sistem perlu memeriksa.",
}


def explained(code: str) -> str:
    """What a code means for whoever reads the dashboard."""
    if code in _ONES:
        return _ONES[code]
    if not code.isdecimal():
        return _ONES[UNTOLD]
    given = int(code)
    of_twilio = any(given in codes for codes in _TWILIO)
    return _BY_VERDICT[twilio_errors.verdict(given) if of_twilio else errors.verdict(given)]
