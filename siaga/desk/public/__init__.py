"""``/publik``: figures for everybody, with nothing personal in them."""
