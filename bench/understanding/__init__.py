"""How well messages are understood: the pipeline of config.yml and others, side by side in one run."""
