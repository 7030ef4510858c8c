"""The conversation's door to appointments: moving them, booking one later, waiting for a place, giving one up."""
