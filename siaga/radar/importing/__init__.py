"""Reading the files and answers in which figures arrive."""
