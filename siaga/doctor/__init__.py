"""``siaga doctor``: what is wrong with this installation, and what to do about it, a line each.

Each area gathers facts, and pure functions over them say what they mean. Nothing here changes anything, and no line
holds a secret or anything of anybody.
"""
