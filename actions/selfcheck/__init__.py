"""The conversation's door into the self-check: how urgent are somebody's signs, and what is to be done?"""
