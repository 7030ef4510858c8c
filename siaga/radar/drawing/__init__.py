"""The radar's picture: how a place's cases went, and how it stands around it.

Read on a phone 360 pixels wide: no letter is smaller than 11 of them. No colour stands alone: each level has its
number, each zone its letter, each rate its figure in the square, and what is unknown is hatched, never white or zero.

It shows what a ``View`` says, and knows no rule. Everything on it is also said by ``alt``, which the file carries.
"""
