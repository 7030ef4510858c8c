"""What contacts are told without having just asked: when it may be said, in which words, and that it is said once."""
