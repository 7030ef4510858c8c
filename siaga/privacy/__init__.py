"""Keeping personal data unreadable: keys, encryption, blind indexes, masking."""

from siaga.privacy.cipher import blind_index, decrypt, encrypt
from siaga.privacy.masking import mask_name, mask_nik, mask_numbers, mask_phone, mask_strange, mask_text

__all__ = [
    "blind_index",
    "decrypt",
    "encrypt",
    "mask_name",
    "mask_nik",
    "mask_numbers",
    "mask_phone",
    "mask_strange",
    "mask_text",
]
