"""Stock Rasa beside Siaga, in one run."""
