"""The conversation's door into eligibility: may this person be vaccinated today, and if not, why and until when."""
