"""What rule files of every kind share: facts, conditions on them, files dated by name, and lines of JSON."""
