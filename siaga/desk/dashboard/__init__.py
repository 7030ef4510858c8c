"""``/angka``: what officials steer by."""
