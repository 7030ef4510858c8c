"""Indonesian regions: names and Kemendagri codes, words that mean them, pins on the map, time zones. No Rasa, no
database."""
